// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IParticipants} from "../../src/interfaces/IParticipants.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev Calls back into the registry while it is being paid.
contract Reenterer {
    IParticipants private immutable REGISTRY;
    bool public tried;
    bool public succeeded;
    bool public refusing;

    constructor(IParticipants registry) payable {
        REGISTRY = registry;
    }

    function enter(uint96 stake) external {
        REGISTRY.register(Roles.KEEPER, "key", "");
        REGISTRY.addStake{value: stake}();
        REGISTRY.requestUnstake(stake);
    }

    function refuse() external {
        refusing = true;
    }

    function leave() external {
        REGISTRY.withdrawStake();
    }

    function collect() external {
        REGISTRY.withdrawCompensation();
    }

    receive() external payable {
        require(!refusing, "no");
        tried = true;
        (bool stake,) = address(REGISTRY).call(abi.encodeCall(IParticipants.withdrawStake, ()));
        (bool compensation,) = address(REGISTRY).call(abi.encodeCall(IParticipants.withdrawCompensation, ()));
        succeeded = stake || compensation;
    }
}

contract ParticipantsTest is Base {
    function _slash(address keeper, uint256 amount, address to) private {
        address[] memory list = new address[](1);
        list[0] = keeper;
        vm.prank(address(market));
        participants.slash(list, amount, to);
    }

    function test_register_givesIdsInOrder(uint8 roles) public {
        roles = uint8(bound(roles, 1, 7));
        vm.expectEmit();
        emit IParticipants.Registered(STRANGER, 7, roles, "key", "/ip4/127.0.0.1");
        vm.prank(STRANGER);
        participants.register(roles, "key", "/ip4/127.0.0.1");
        Check.eq(participants.accountOf(STRANGER).id, 7, "five keepers and a validator went before");
        Check.eq(participants.accountOf(STRANGER).roles, roles, "roles");
        Check.eq(participants.encryptionKeyOf(STRANGER), "key", "key");
        vm.prank(STRANGER);
        participants.register(Roles.OWNER, "other key", "");
        Check.eq(participants.accountOf(STRANGER).id, 7, "the id stays");
    }

    function test_register_revertsOnRoles(uint32 roles) public {
        vm.assume(roles == 0 || roles > 7);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsRolesInvalid.selector, roles));
        vm.prank(STRANGER);
        participants.register(roles, "key", "");
    }

    function test_register_revertsWithoutKeyAndOnLongEndpoint() public {
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsKeyInvalid.selector, bytes32(0)));
        participants.register(1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsEndpointTooLong.selector, 1025, 1024));
        participants.register(1, "key", string(new bytes(1025)));
    }

    function test_register_keepsAccreditation() public {
        vm.prank(VALIDATOR);
        participants.register(Roles.CUSTOMER, "key", "");
        Check.yes(participants.hasRole(VALIDATOR, Roles.VALIDATOR | Roles.CUSTOMER), "both");
    }

    function test_register_keyIsFixedWhileSeated() public {
        uint256 id = publish("a");
        accept(id, 0);
        bytes32 key = participants.encryptionKeyOf(keepers[0]);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsKeepsSeats.selector, keepers[0], 1));
        vm.prank(keepers[0]);
        participants.register(Roles.KEEPER, "other key", "");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsKeepsSeats.selector, keepers[0], 1));
        vm.prank(keepers[0]);
        participants.register(Roles.OWNER, key, "");
        vm.prank(keepers[0]);
        participants.register(Roles.KEEPER | Roles.OWNER, key, "elsewhere");
        vm.prank(keepers[0]);
        market.resign(id, 0);
        vm.prank(keepers[0]);
        participants.register(Roles.KEEPER, "other key", "");
    }

    function test_setEndpoint() public {
        vm.expectEmit();
        emit IParticipants.EndpointChanged(keepers[0], "/dns4/x");
        vm.prank(keepers[0]);
        participants.setEndpoint("/dns4/x");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsNotRegistered.selector, STRANGER));
        vm.prank(STRANGER);
        participants.setEndpoint("");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsEndpointTooLong.selector, 1025, 1024));
        vm.prank(keepers[0]);
        participants.setEndpoint(string(new bytes(1025)));
    }

    function test_accredit_onlyByTheRegistrar(address caller) public {
        vm.assume(caller != REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        participants.accredit(STRANGER, Roles.VALIDATOR, "");
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        participants.suspend(STRANGER, Roles.VALIDATOR, "");
    }

    function test_accredit_andSuspend() public {
        vm.expectEmit();
        emit IParticipants.Accredited(STRANGER, 24, "seen");
        vm.prank(REGISTRAR);
        participants.accredit(STRANGER, 24, "seen");
        Check.yes(participants.hasRole(STRANGER, 24) && participants.accountOf(STRANGER).id != 0, "accredited");
        vm.expectEmit();
        emit IParticipants.Suspended(STRANGER, 8, "why");
        vm.prank(REGISTRAR);
        participants.suspend(STRANGER, 8, "why");
        Check.eq(participants.accountOf(STRANGER).roles, 16, "the other stays");
        Check.yes(!participants.hasRole(STRANGER, 24), "not all any more");
    }

    function test_accredit_revertsOnDeclaredRoles(uint32 roles) public {
        vm.assume(roles == 0 || roles & ~uint32(0x1f8) != 0);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsRolesInvalid.selector, roles));
        vm.prank(REGISTRAR);
        participants.accredit(STRANGER, roles, "");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsRolesInvalid.selector, roles));
        vm.prank(REGISTRAR);
        participants.suspend(STRANGER, roles, "");
    }

    function test_addStake(uint96 amount) public {
        amount = uint96(bound(amount, 1, 50 ether));
        vm.expectEmit();
        emit IParticipants.StakeAdded(keepers[0], amount, MIN_STAKE + amount);
        vm.prank(keepers[0]);
        participants.addStake{value: amount}();
        Check.eq(participants.accountOf(keepers[0]).stake, MIN_STAKE + amount, "stake");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsAmountInvalid.selector, 0, type(uint96).max));
        vm.prank(keepers[0]);
        participants.addStake();
        vm.deal(STRANGER, 1);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsNotRegistered.selector, STRANGER));
        vm.prank(STRANGER);
        participants.addStake{value: 1}();
    }

    function test_unstake_waitsAndPays(uint96 amount, uint96 slashed) public {
        amount = uint96(bound(amount, 1, MIN_STAKE));
        slashed = uint96(bound(slashed, 0, MIN_STAKE));
        vm.expectEmit();
        emit IParticipants.UnstakeRequested(keepers[0], amount, block.timestamp + UNSTAKE_DELAY);
        vm.prank(keepers[0]);
        participants.requestUnstake(amount);
        (uint256 pending, uint256 at) = participants.unstakeOf(keepers[0]);
        Check.eq(pending, amount, "pending");
        vm.warp(at - 1);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsUnstakeTooEarly.selector, keepers[0], at));
        vm.prank(keepers[0]);
        participants.withdrawStake();
        _slash(keepers[0], slashed, STRANGER);
        vm.warp(at);
        uint256 before = keepers[0].balance;
        vm.prank(keepers[0]);
        participants.withdrawStake();
        uint256 left = MIN_STAKE - slashed;
        Check.eq(keepers[0].balance - before, amount < left ? amount : left, "paid");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsNothingToWithdraw.selector, keepers[0]));
        vm.prank(keepers[0]);
        participants.withdrawStake();
    }

    function test_requestUnstake_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsAmountInvalid.selector, 0, MIN_STAKE));
        vm.prank(keepers[0]);
        participants.requestUnstake(0);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsAmountInvalid.selector, MIN_STAKE + 1, MIN_STAKE));
        vm.prank(keepers[0]);
        participants.requestUnstake(MIN_STAKE + 1);
        accept(publish("a"), 0);
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsKeepsSeats.selector, keepers[0], 1));
        vm.prank(keepers[0]);
        participants.requestUnstake(1);
    }

    function test_withdrawEarnings() public {
        listCertified("a");
        uint256 earned = participants.accountOf(keepers[0]).earnings;
        vm.prank(keepers[0]);
        participants.withdrawEarnings();
        Check.eq(coin.balanceOf(keepers[0]), earned, "paid");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsNothingToWithdraw.selector, keepers[0]));
        vm.prank(keepers[0]);
        participants.withdrawEarnings();
    }

    function test_withdrawCompensation() public {
        _slash(keepers[0], 5, STRANGER);
        vm.expectEmit();
        emit IParticipants.CompensationWithdrawn(STRANGER, 5);
        vm.prank(STRANGER);
        participants.withdrawCompensation();
        Check.eq(STRANGER.balance, 5, "paid");
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsNothingToWithdraw.selector, STRANGER));
        vm.prank(STRANGER);
        participants.withdrawCompensation();
    }

    function test_withdraw_cannotBeReentered() public {
        Reenterer attacker = new Reenterer(participants);
        vm.deal(address(attacker), 2 ether);
        attacker.enter(2 ether);
        _slash(address(attacker), 0.5 ether, address(attacker)); // something to take on both ways
        vm.warp(block.timestamp + UNSTAKE_DELAY);
        attacker.leave();
        Check.yes(attacker.tried(), "it tried");
        Check.eq(address(attacker).balance + participants.compensationOf(address(attacker)), 2 ether, "what was its own, once");
        Check.eq(address(participants).balance, KEEPERS * MIN_STAKE + participants.compensationOf(address(attacker)), "the others' stake");
    }

    function test_withdraw_revertsWhenTheReceiverRefuses() public {
        Reenterer attacker = new Reenterer(participants);
        vm.deal(address(attacker), 1 ether);
        attacker.enter(1 ether);
        _slash(address(attacker), 1, address(attacker));
        attacker.refuse();
        vm.expectRevert(abi.encodeWithSelector(IParticipants.ParticipantsTransferFailed.selector, address(attacker), 1));
        attacker.collect();
    }

    function test_marketOnly(address caller) public {
        vm.assume(caller != address(market));
        address[] memory list = new address[](1);
        bytes memory reason = abi.encodeWithSelector(IParticipants.ParticipantsNotMarket.selector, caller);
        vm.expectRevert(reason);
        vm.prank(caller);
        participants.slash(list, 1, caller);
        vm.expectRevert(reason);
        vm.prank(caller);
        participants.credit(list, 1);
        vm.expectRevert(reason);
        vm.prank(caller);
        participants.takeSeat(caller);
        vm.expectRevert(reason);
        vm.prank(caller);
        participants.leaveSeat(caller);
    }
}
