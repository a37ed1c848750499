// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {IConsent} from "../../src/interfaces/IConsent.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev A fresh account without a coin signs, a stranger sends: what was signed happens once, here, and nothing else does.
contract RelayTest is ConsentBase {
    uint256 private constant KEY = 0xF4E5;
    address private fresh;
    bytes32 private constant TYPEHASH =
        keccak256("ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)");
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function setUp() public override {
        super.setUp();
        fresh = vm.createWallet(KEY).addr;
    }

    function _signed(address to, bytes memory data, uint256 nonce, uint256 chain, address contract_)
        private view returns (ERC2771Forwarder.ForwardRequestData memory)
    {
        uint48 deadline = uint48(block.timestamp + 1 hours);
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("PHDex Forwarder"), keccak256("1"), chain, contract_));
        bytes32 message = keccak256(abi.encode(TYPEHASH, fresh, to, 0, 300_000, nonce, deadline, keccak256(data)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return ERC2771Forwarder.ForwardRequestData(fresh, to, 0, 300_000, deadline, data, abi.encodePacked(r, s, v));
    }

    function _request() private returns (uint256) {
        IConsent.Terms memory t = terms();
        vm.prank(PRACTICE);
        return consent.request(fresh, t, X25519, "");
    }

    function _approval(uint256 rightId) private pure returns (bytes memory) {
        return abi.encodeCall(IConsent.approve, (rightId, scope(), terms(), ENVELOPE));
    }

    function _execute(ERC2771Forwarder.ForwardRequestData memory request) private {
        vm.prank(STRANGER);
        ERC2771Forwarder(forwarder).execute(request);
    }

    function test_relay_approvesAndRevokesForAnAccountWithoutACoin() public {
        uint256 rightId = _request();
        _execute(_signed(address(consent), _approval(rightId), 0, block.chainid, forwarder));
        Check.yes(consent.isLive(rightId, fresh, scope()), "live");
        Check.eq(fresh.balance, 0, "no coin");
        _execute(_signed(address(consent), abi.encodeCall(IConsent.revoke, (rightId, scope())), 1, block.chainid, forwarder));
        Check.yes(!consent.isLive(rightId, fresh, scope()), "ended");
        _execute(_signed(address(consent), abi.encodeCall(IConsent.revokeAll, ()), 2, block.chainid, forwarder));
        Check.eq(consent.epochOf(fresh), 1, "epoch");
    }

    /// @dev The second request is the same but for its id: an approval played again must not reach it.
    function test_relay_refusesAReplay() public {
        uint256 rightId = _request();
        ERC2771Forwarder.ForwardRequestData memory request = _signed(address(consent), _approval(rightId), 0, block.chainid, forwarder);
        _execute(request);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        _execute(request);
        _request();
        request.data = _approval(2);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        _execute(request);
    }

    function test_relay_refusesSignaturesOfAnotherChainOrContract(uint64 chain, address other) public {
        vm.assume(chain != block.chainid && other != forwarder);
        bytes memory data = _approval(_request());
        ERC2771Forwarder.ForwardRequestData memory request = _signed(address(consent), data, 0, chain, forwarder);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        _execute(request);
        request = _signed(address(consent), data, 0, block.chainid, other);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        _execute(request);
        // Signed for one of our contracts, sent to another.
        request = _signed(address(records), data, 0, block.chainid, forwarder);
        request.to = address(consent);
        vm.expectPartialRevert(ERC2771Forwarder.ERC2771ForwarderInvalidSigner.selector);
        _execute(request);
    }

    function test_relay_refusesWhatIsTooLate() public {
        ERC2771Forwarder.ForwardRequestData memory request = _signed(address(consent), _approval(_request()), 0, block.chainid, forwarder);
        vm.warp(request.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC2771Forwarder.ERC2771ForwarderExpiredRequest.selector, request.deadline));
        _execute(request);
    }

    /// @dev The market takes nobody's word for who calls.
    function test_relay_doesNotReachTheMarket() public {
        ERC2771Forwarder.ForwardRequestData memory request = _signed(address(market), abi.encodeWithSignature("withdraw(uint256)", 1), 0, block.chainid, forwarder);
        vm.expectRevert(abi.encodeWithSelector(ERC2771Forwarder.ERC2771UntrustfulTarget.selector, market, forwarder));
        _execute(request);
    }

    /// @dev Twenty bytes behind the call make nobody else of a direct caller.
    function test_suffix_isNoSender() public {
        uint256 rightId = granted();
        bytes memory data = abi.encodePacked(abi.encodeCall(IConsent.revoke, (rightId, scope())), PATIENT);
        vm.prank(STRANGER);
        (bool ok, bytes memory reason) = address(consent).call(data);
        Check.yes(!ok, "refused");
        Check.eq(keccak256(reason), keccak256(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, STRANGER, scope())), "as a stranger");
    }

    function test_relay_storesARecord() public {
        vm.prank(HOSPITAL);
        records.issue(fresh, 1, "digest", "content", "cid", "key", 0);
        bytes memory data = abi.encodeCall(IRecords.store, (1, "digest", "content", 0, "new"));
        _execute(_signed(address(records), data, 0, block.chainid, forwarder));
        Check.yes(records.recordOf(1).stored, "stored");
        _execute(_signed(address(anchors), abi.encodeWithSignature("anchor(bytes32,uint64,bytes32)", bytes32("root"), 3, 0), 1, block.chainid, forwarder));
        Check.eq(anchors.anchorOf(fresh, "root").count, 3, "anchored");
    }
}
