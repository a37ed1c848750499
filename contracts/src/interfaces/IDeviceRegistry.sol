// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Where a network keeps its list of validated hardware.
/// @notice Names the current list: its version, the SHA-256 of its bytes and where they are. The list itself is signed by
/// the maintainers, which no contract checks: whoever reads it does, so that a registrar can hold up a list but not write one.
/// @dev Set by whoever holds the registrar role in the AccessManager.
interface IDeviceRegistry {
    /// @param uri `ipfs://CID` of a directory with `devices.json` and `devices.json.sig`; after `#`, libp2p multiaddrs of who serves it
    event DevicesUpdated(uint64 indexed version, bytes32 hash, string uri);

    /// @dev A list never goes back.
    error DeviceRegistryVersionNotNewer(uint64 version, uint64 current);
    error DeviceRegistryHashMissing();
    error DeviceRegistryUriInvalid(uint256 length, uint256 max);

    /// @notice Names a newer list. Only the registrar.
    /// @param version of the list, above that of the current one
    /// @param hash SHA-256 of `devices.json`
    /// @param uri 1 to 512 bytes
    function update(uint64 version, bytes32 hash, string calldata uri) external;

    /// @notice The list in force. Version 0: none was named yet, and the one that came with the app is used.
    function current() external view returns (uint64 version, bytes32 hash, string memory uri);
}
