// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IAnchors} from "../interfaces/IAnchors.sol";

/// @title Anchors
contract Anchors is ERC2771Context, IAnchors {
    /// @dev Slot 0, which receipts prove: keep it first.
    mapping(bytes32 key => Anchor) private _anchors;
    mapping(address account => bytes32) private _last;

    constructor(address forwarder_) ERC2771Context(forwarder_) {}

    /// @inheritdoc IAnchors
    function anchor(bytes32 root, uint64 count, bytes32 previous) external {
        if (root == 0 || count == 0) revert AnchorInvalid(root, count);
        address account = _msgSender();
        bytes32 last = _last[account];
        if (previous != last) revert AnchorPrevious(previous, last);
        bytes32 key = _key(account, root);
        if (_anchors[key].time != 0) revert AnchorExists(account, root);
        // The first has none before it: its key was never written, since no root is zero.
        uint64 sequence = _anchors[_key(account, last)].sequence + 1;
        _anchors[key] = Anchor(uint40(block.timestamp), count, sequence);
        _last[account] = root;
        emit Anchored(account, sequence, root, count, previous);
    }

    /// @inheritdoc IAnchors
    function anchorOf(address account, bytes32 root) external view returns (Anchor memory) {
        return _anchors[_key(account, root)];
    }

    /// @inheritdoc IAnchors
    function lastOf(address account) external view returns (bytes32 root, uint256 sequence) {
        root = _last[account];
        sequence = _anchors[_key(account, root)].sequence;
    }

    function _key(address account, bytes32 root) private pure returns (bytes32) {
        return keccak256(abi.encode(account, root));
    }
}
