// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IStudies} from "../src/interfaces/IStudies.sol";
import {ConsentBase} from "./ConsentBase.t.sol";
import {Prover} from "./utils/Prover.sol";
import {vm} from "./utils/Vm.sol";

/// @dev A researcher with coins, and owners with a certified dataset each.
abstract contract StudyBase is ConsentBase {
    uint256 internal constant OWNERS = 6;
    uint32 internal constant PLACES = 2;
    uint96 internal constant STUDY_REWARD = 20 ether;
    uint256 internal constant BOND = 4 ether; // a tenth of 2 · 20
    uint256 internal constant STUDY_SECRET_KEY = 0x57D1;
    bytes32 internal constant SECRET = keccak256("secret of the researcher");

    address[] internal owners;
    uint256[] internal datasets; // datasets[i] is owners[i]'s
    Prover.Point internal studyKey;

    function setUp() public virtual override {
        super.setUp();
        studyKey = Prover.mul(STUDY_SECRET_KEY);
        for (uint256 i = 0; i < OWNERS; ++i) {
            address owner = address(uint160(0x0E000 + i));
            owners.push(owner);
            datasets.push(listCertifiedFor(owner, bytes32(i + 1)));
            vm.prank(owner);
            coin.transfer(RESEARCHER, 50 ether);
        }
        vm.prank(RESEARCHER);
        coin.approve(address(studies), type(uint256).max);
        vm.roll(1000);
    }

    function draw() internal view returns (IStudies.Terms memory) {
        return drawWith(SECRET);
    }

    function drawWith(bytes32 secret) internal view returns (IStudies.Terms memory t) {
        t = bounty();
        t.commitment = keccak256(abi.encode(secret));
        t.answerPeriod = 2 days;
        t.fillPeriod = 10 days;
    }

    function bounty() internal view returns (IStudies.Terms memory) {
        return IStudies.Terms({
            reward: STUDY_REWARD, places: PLACES, enrolUntil: uint40(block.timestamp + 7 days), screenPeriod: 1 days, answerPeriod: 0, fillPeriod: 0,
            releasePeriod: PERIOD, minScore: 80, commitment: 0, px: studyKey.x, py: studyKey.y, purpose: PURPOSE, criteriaHash: keccak256("criteria")
        });
    }

    function openCall(IStudies.Terms memory t) internal returns (uint256) {
        vm.prank(RESEARCHER);
        return studies.open(t, "criteria");
    }

    function enrol(uint256 callId, uint256 who) internal returns (uint256) {
        vm.prank(owners[who]);
        return studies.enrol(callId, datasets[who]);
    }

    function enrolled() internal returns (uint256 callId) {
        callId = openCall(draw());
        for (uint256 i = 0; i < OWNERS; ++i) enrol(callId, i);
    }

    function screened(uint256 callId) internal {
        IStudies.Call memory call = studies.callOf(callId);
        vm.warp(uint256(call.enrolUntil) + call.screenPeriod + 1);
    }

    function fixedCall(uint256 callId) internal {
        screened(callId);
        studies.close(callId);
        vm.roll(block.number + DRAW_DELAY + 1);
        vm.setBlockhash(studies.callOf(callId).drawBlock, keccak256(abi.encode("block", callId)));
        studies.fixBlock(callId);
    }

    /// @dev A call of six entries, drawn.
    function drawn() internal returns (uint256 callId) {
        callId = enrolled();
        fixedCall(callId);
        studies.reveal(callId, SECRET);
    }

    function ownerAt(uint256 callId, uint256 position) internal view returns (address) {
        (,, uint256 index) = studies.offerOf(callId, position);
        return studies.entryOf(callId, index).owner;
    }

    function approve(uint256 callId, uint256 position) internal returns (uint256) {
        address owner = ownerAt(callId, position);
        vm.prank(owner);
        return studies.approve(callId, position, studyKey.x, studyKey.y, PURPOSE);
    }

    /// @dev Keepers seal to the study's key.
    function deliver(uint256 accessId, uint256 index) internal {
        IMarket.ReleasedShare memory share =
            Prover.seal(contextOf(accessId, index), STUDY_SECRET_KEY, ephemeralOf(accessId, index), shareHead(index), shareTail(index));
        vm.prank(keepers[index]);
        market.release(accessId, uint8(index), share);
    }
}
