// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Swap-or-not shuffle (Hoang, Morris, Rogaway 2012), as `compute_shuffled_index` of Ethereum's consensus specification.
/// @dev Tells the place of one index in a random permutation without making the others: no loop over storage, whatever the
/// number. 90 rounds with SHA-256, integers little-endian, all as there, so that other implementations give the same.
library Shuffle {
    uint256 private constant ROUNDS = 90;

    /// @notice Where `index` goes in the permutation of 0 … count − 1 that `seed` draws. Needs index < count < 2^32.
    function shuffled(uint256 index, uint256 count, bytes32 seed) internal view returns (uint256) {
        // unchecked: all values stay below 2 · count < 2^33; count > 0 since index < count.
        unchecked {
            for (uint256 round = 0; round < ROUNDS; ++round) {
                uint256 pivot = _reverse8(uint64(uint256(_sha256(seed, round << 248, 33) >> 192))) % count;
                uint256 flip = (pivot + count - index) % count;
                uint256 position = index > flip ? index : flip;
                bytes32 source = _sha256(seed, (round << 248) | (uint256(_reverse4(uint32(position / 256))) << 216), 37);
                uint256 bits = uint8(source[(position % 256) / 8]);
                if ((bits >> (position % 8)) & 1 == 1) index = flip;
            }
            return index;
        }
    }

    /// @dev Of the seed and the first bytes of `tail`, `length` bytes in all, at most 64. Solidity's own `sha256` takes three times the gas.
    function _sha256(bytes32 seed, uint256 tail, uint256 length) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, tail)
            if iszero(staticcall(gas(), 2, 0, length, 0, 0x20)) { revert(0, 0) }
            hash := mload(0)
        }
    }

    function _reverse8(uint64 n) private pure returns (uint64) {
        n = ((n & 0xFF00FF00FF00FF00) >> 8) | ((n & 0x00FF00FF00FF00FF) << 8);
        n = ((n & 0xFFFF0000FFFF0000) >> 16) | ((n & 0x0000FFFF0000FFFF) << 16);
        return (n >> 32) | (n << 32);
    }

    function _reverse4(uint32 n) private pure returns (uint32) {
        n = ((n & 0xFF00FF00) >> 8) | ((n & 0x00FF00FF) << 8);
        return (n >> 16) | (n << 16);
    }
}
