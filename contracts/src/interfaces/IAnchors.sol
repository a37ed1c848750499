// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Anchors: the Merkle root of a batch of records, once a batch whatever its size (Liang et al. 2017, Chainpoint).
/// @dev The storage slot of a root, with an account and a storage proof (EIP-1186) against a block's state root, is all that a
/// receipt needs: it is verified with a block header and the file, and without a node.
interface IAnchors {
    /// @dev As stored, one slot under keccak256(abi.encode(account, root)).
    struct Anchor {
        uint40 time;
        uint64 count; // records of the batch
        uint64 sequence; // of the account, from 1
    }

    /// @dev `previous` chains an account's batches: one that is left out shows.
    event Anchored(address indexed account, uint256 indexed sequence, bytes32 indexed root, uint256 count, bytes32 previous);

    error AnchorInvalid(bytes32 root, uint256 count);
    error AnchorExists(address account, bytes32 root);
    /// @dev Another batch came first: prove and send again.
    error AnchorPrevious(bytes32 previous, bytes32 last);

    /// @notice Anchors the root of `count` records of the caller. `previous` is the caller's last root, zero for its first.
    function anchor(bytes32 root, uint64 count, bytes32 previous) external;
    /// @notice All zero for an unknown one.
    function anchorOf(address account, bytes32 root) external view returns (Anchor memory);
    /// @notice The account's last root and how many it anchored; both zero before its first.
    function lastOf(address account) external view returns (bytes32 root, uint256 sequence);
}
