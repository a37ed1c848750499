// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev Apart from its harness, so that tests which ask it are not compiled through the IR pipeline with it.
interface IShuffle {
    function shuffled(uint256 index, uint256 count, bytes32 seed) external view returns (uint256);
}
