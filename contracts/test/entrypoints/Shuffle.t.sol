// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {bound, Check} from "../utils/Check.sol";
import {IShuffle} from "../utils/IShuffle.sol";
import {vm} from "../utils/Vm.sol";

contract ShuffleTest {
    IShuffle private shuffle;
    /// @dev SHA-256 of «phdex».
    bytes32 private constant SEED = 0xccd91cfdcbfcc9934aee0b43998740dc26790b9d62819c2eeec69ee4e5b13491;

    function setUp() public {
        shuffle = IShuffle(vm.deployCode("ShuffleHarness.sol:ShuffleHarness", ""));
    }

    /// @dev Values of the specification's Python, run by itself (phase0/beacon-chain.md, compute_shuffled_index).
    function test_shuffled_isTheSpecifications() public view {
        uint8[10] memory ten = [1, 5, 7, 6, 3, 8, 4, 2, 0, 9];
        for (uint256 i = 0; i < 10; ++i) Check.eq(shuffle.shuffled(i, 10, SEED), ten[i], "of 10");
        // Beyond 256 the second hash counts on.
        uint16[6] memory indices = [0, 255, 256, 257, 511, 999];
        uint16[6] memory places = [222, 795, 675, 881, 819, 263];
        for (uint256 i = 0; i < 6; ++i) Check.eq(shuffle.shuffled(indices[i], 1000, SEED), places[i], "of 1000");
        Check.eq(shuffle.shuffled(0, 2 ** 31 + 11, SEED), 1813808056, "of many");
        Check.eq(shuffle.shuffled(1, 2 ** 31 + 11, SEED), 1332524086, "of many");
        Check.eq(shuffle.shuffled(2 ** 31 + 10, 2 ** 31 + 11, SEED), 1580577911, "of many");
        Check.eq(shuffle.shuffled(0, 1, SEED), 0, "alone");
    }

    /// @dev Nobody twice, nobody left out.
    function test_shuffled_isAPermutation(uint16 many, bytes32 seed) public view {
        uint256 n = bound(many, 1, 60);
        uint256 seen = 0;
        for (uint256 i = 0; i < n; ++i) seen |= 1 << shuffle.shuffled(i, n, seed);
        Check.eq(seen, (1 << n) - 1, "all of them once");
    }

    /// @dev 2,000 draws of 3 places among 10: χ² of how often each is drawn, 9 degrees of freedom, below its 99.9 % quantile 27.88.
    /// Seeds are fixed, so this either always holds or never.
    function test_draws_areUniform() public view {
        uint256[10] memory times;
        for (uint256 s = 0; s < 2000; ++s) {
            for (uint256 p = 0; p < 3; ++p) ++times[shuffle.shuffled(p, 10, keccak256(abi.encode("draw", s)))];
        }
        uint256 sum = 0;
        for (uint256 i = 0; i < 10; ++i) sum += _squared(times[i], 600);
        Check.atMost(sum / 600, 27, "chi squared");
    }

    /// @dev Each position by itself: who enrols first or last is not first or last in the order. 7 × 7 cells, 36 degrees, 67.98.
    function test_positions_areUniform() public view {
        uint256[7][7] memory times;
        for (uint256 s = 0; s < 1400; ++s) {
            for (uint256 p = 0; p < 7; ++p) ++times[p][shuffle.shuffled(p, 7, keccak256(abi.encode("position", s)))];
        }
        uint256 sum = 0;
        for (uint256 p = 0; p < 7; ++p) {
            for (uint256 i = 0; i < 7; ++i) sum += _squared(times[p][i], 200);
        }
        Check.atMost(sum / 200, 67, "chi squared");
    }

    function _squared(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? (a - b) ** 2 : (b - a) ** 2;
    }
}
