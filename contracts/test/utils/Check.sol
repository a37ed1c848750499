// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev Comparisons that say what they compared.
library Check {
    error CheckFailed(string what, uint256 actual, uint256 expected);

    function eq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert CheckFailed(what, actual, expected);
    }

    function eq(address actual, address expected, string memory what) internal pure {
        eq(uint160(actual), uint160(expected), what);
    }

    function eq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        eq(uint256(actual), uint256(expected), what);
    }

    function yes(bool condition, string memory what) internal pure {
        if (!condition) revert CheckFailed(what, 0, 1);
    }

    function atMost(uint256 actual, uint256 most, string memory what) internal pure {
        if (actual > most) revert CheckFailed(what, actual, most);
    }
}

/// @dev Maps any number into low … high, so that a fuzzed call succeeds.
function bound(uint256 x, uint256 low, uint256 high) pure returns (uint256) {
    return low + x % (high - low + 1);
}
