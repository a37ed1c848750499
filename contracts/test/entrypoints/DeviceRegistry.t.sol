// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract DeviceRegistryTest is Base {
    IDeviceRegistry private devices;
    string private constant URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

    function setUp() public override {
        super.setUp();
        devices = IDeviceRegistry(vm.deployCode("DeviceRegistry.sol:DeviceRegistry", abi.encode(address(manager))));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IDeviceRegistry.update.selector;
        manager.setTargetFunctionRole(address(devices), selectors, 1);
    }

    function _is(uint64 version, bytes32 hash, string memory uri) private view {
        (uint64 v, bytes32 h, string memory u) = devices.current();
        Check.eq(v, version, "version");
        Check.eq(h, hash, "hash");
        Check.eq(keccak256(bytes(u)), keccak256(bytes(uri)), "uri");
    }

    function _update(uint64 version, bytes32 hash, string memory uri) private {
        vm.prank(REGISTRAR);
        devices.update(version, hash, uri);
    }

    function test_current_isNoneAtFirst() public view {
        _is(0, 0, "");
    }

    function test_update_namesTheList(uint64 version, bytes32 hash, uint16 length) public {
        version = uint64(bound(version, 1, type(uint64).max));
        vm.assume(hash != 0);
        string memory uri = string(new bytes(bound(length, 1, 512)));
        vm.expectEmit();
        emit IDeviceRegistry.DevicesUpdated(version, hash, uri);
        _update(version, hash, uri);
        _is(version, hash, uri);
    }

    function test_update_goesOnlyForward(uint64 first, uint64 second, bytes32 hash) public {
        first = uint64(bound(first, 1, type(uint64).max));
        vm.assume(hash != 0);
        _update(first, "one", URI);
        if (second <= first) {
            vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceRegistryVersionNotNewer.selector, second, first));
            _update(second, hash, "ipfs://other");
            _is(first, "one", URI);
        } else {
            _update(second, hash, "ipfs://other");
            _is(second, hash, "ipfs://other");
        }
    }

    function test_update_refusesVersionZero() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceRegistryVersionNotNewer.selector, 0, 0));
        _update(0, "one", URI);
    }

    function test_update_needsAHashAndAPlace() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceRegistryHashMissing.selector));
        _update(1, 0, URI);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceRegistryUriInvalid.selector, 0, 512));
        _update(1, "one", "");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceRegistryUriInvalid.selector, 513, 512));
        _update(1, "one", string(new bytes(513)));
        _is(0, 0, "");
    }

    function test_update_isTheRegistrarsAlone(address caller) public {
        vm.assume(caller != REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        devices.update(1, "one", URI);
        _is(0, 0, "");
    }

    /// @dev The registrar loses the power with its role, and a list that it named stays.
    function test_update_endsWithTheRole() public {
        _update(3, "three", URI);
        manager.revokeRole(1, REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, REGISTRAR));
        _update(4, "four", URI);
        _is(3, "three", URI);
    }
}
