// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev Basis points of `amount`, rounded down. Whoever is paid the rest gains what rounding left.
/// @dev Amounts are at most 2^96, so the product cannot overflow.
function bpsDown(uint256 amount, uint256 bps) pure returns (uint256) {
    return (amount * bps) / 10_000;
}
