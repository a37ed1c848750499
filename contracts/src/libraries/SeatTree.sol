// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title Merkle tree over a dataset's seats.
/// @dev Leaves in the order of seats, hashed twice so that no inner node can pass for a leaf; pairs hashed in sorted
/// order, as OpenZeppelin's MerkleProof expects; an odd last node moves up a layer as it is.
/// TypeScript: electron/vault/seat-tree.ts.
library SeatTree {
    function leaf(bytes32 nonce, uint256 index, address keeper, bytes32 commitment) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(nonce, index, keeper, commitment))));
    }

    /// @dev Overwrites `nodes`. Not empty.
    function root(bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 width = nodes.length;
        // unchecked: indices stay below the width, which is at most 32.
        unchecked {
            while (width > 1) {
                uint256 half = width / 2;
                for (uint256 i = 0; i < half; ++i) {
                    nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
                }
                if (width % 2 == 1) nodes[half] = nodes[width - 1];
                width = half + (width % 2);
            }
        }
        return nodes[0];
    }
}
