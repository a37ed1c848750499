// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";

/// @title DeviceRegistry
contract DeviceRegistry is AccessManaged, IDeviceRegistry {
    uint256 private constant MAX_URI_BYTES = 512;

    uint64 private _version;
    bytes32 private _hash;
    string private _uri;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IDeviceRegistry
    function update(uint64 version, bytes32 hash, string calldata uri) external restricted {
        if (version <= _version) revert DeviceRegistryVersionNotNewer(version, _version);
        if (hash == 0) revert DeviceRegistryHashMissing();
        uint256 length = bytes(uri).length;
        if (length == 0 || length > MAX_URI_BYTES) revert DeviceRegistryUriInvalid(length, MAX_URI_BYTES);
        _version = version;
        _hash = hash;
        _uri = uri;
        emit DevicesUpdated(version, hash, uri);
    }

    /// @inheritdoc IDeviceRegistry
    function current() external view returns (uint64 version, bytes32 hash, string memory uri) {
        return (_version, _hash, _uri);
    }
}
