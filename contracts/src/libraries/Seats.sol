// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev Sets of seats as bitmaps: bit i is seat i, 0 ≤ i < 32.
library Seats {
    uint256 internal constant MAX = 32;

    function bit(uint256 index) internal pure returns (uint32) {
        // A shift by 32 or more yields no bit after the cast: such an index is a member of no set.
        return uint32(1 << index);
    }

    function has(uint32 set, uint256 index) internal pure returns (bool) {
        return set & bit(index) != 0;
    }

    /// @dev Number of members (Kernighan: one turn a member).
    function count(uint32 set) internal pure returns (uint256 members) {
        // unchecked: rest > 0 inside the loop, members ≤ 32.
        unchecked {
            for (uint256 rest = set; rest != 0; rest &= rest - 1) ++members;
        }
    }
}
