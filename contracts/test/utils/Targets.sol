// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev What forge asks an invariant suite: which contract it may call, and by which functions.
abstract contract Targets {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = _target();
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(_target(), _selectors());
    }

    function _target() internal view virtual returns (address);

    function _selectors() internal pure virtual returns (bytes4[] memory);
}
