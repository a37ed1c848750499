// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStudies} from "../../src/interfaces/IStudies.sol";
import {StudyBase} from "../StudyBase.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev A researcher and six owners act at random, on drawn and on open calls; the clock and the blocks go on.
contract StudyHandler is StudyBase {
    mapping(string => uint256) public done;
    uint256 private secrets;
    mapping(uint256 callId => bytes32) private secretOf_;

    constructor() {
        setUp();
        openDraw(0, 3);
    }

    modifier step(uint256 seed) {
        vm.warp(block.timestamp + (seed % 5 == 0 ? seed % 1 days : seed % 1 hours));
        vm.roll(block.number + seed % 3);
        _;
    }

    function openDraw(uint256 seed, uint32 places) public step(seed) {
        if (studies.calls() > 12) return;
        bytes32 secret = keccak256(abi.encode("secret", ++secrets));
        IStudies.Terms memory t = drawWith(secret);
        (t.reward, t.places) = (uint96(bound(seed, 0.2 ether, 3 ether)), uint32(bound(places, 1, 4)));
        if (!_affordable(t, 10)) return;
        uint256 callId = openCall(t);
        secretOf_[callId] = secret;
        ++done["openDraw"];
    }

    function openBounty(uint256 seed, uint32 places) external step(seed) {
        if (studies.calls() > 12) return;
        IStudies.Terms memory t = bounty();
        (t.reward, t.places) = (uint96(bound(seed, 0.2 ether, 3 ether)), uint32(bound(places, 1, 4)));
        if (!_affordable(t, 0)) return;
        openCall(t);
        ++done["openBounty"];
    }

    function enrolOne(uint256 seed, uint256 which, uint256 who) external step(seed) {
        uint256 callId = _call(which, IStudies.CallStatus.Enrolling);
        if (callId == 0) return;
        address owner = owners[who % OWNERS];
        uint256 datasetId = datasets[who % OWNERS];
        // Twice is refused: the ledger of the contract is tried, not repeated.
        vm.prank(owner);
        try studies.enrol(callId, datasetId) {
            ++done["enrol"];
        } catch {
            ++done["enrolRefused"];
        }
    }

    function leaveOrStrike(uint256 seed, uint256 which, uint256 who) external step(seed) {
        uint256 callId = _call(which, IStudies.CallStatus.Enrolling);
        if (callId == 0 || studies.callOf(callId).entries == 0 || seed % 3 != 0) return;
        uint256 index = who % studies.callOf(callId).entries;
        IStudies.Entry memory entry = studies.entryOf(callId, index);
        if (entry.status != IStudies.EntryStatus.Entered) return;
        bool strikes = who % 2 == 0 && !studies.callOf(callId).open && !_screened(callId);
        vm.prank(strikes ? RESEARCHER : entry.owner);
        if (strikes) studies.strike(callId, index, "reason");
        else studies.leave(callId, index);
        ++done[strikes ? "strike" : "leave"];
    }

    function acceptOne(uint256 seed, uint256 which, uint256 who) external step(seed) {
        uint256 callId = _call(which, IStudies.CallStatus.Enrolling);
        if (callId == 0 || !studies.callOf(callId).open || _screened(callId) || studies.callOf(callId).entries == 0) return;
        IStudies.Call memory call = studies.callOf(callId);
        uint256 index = who % call.entries;
        if (studies.entryOf(callId, index).status != IStudies.EntryStatus.Entered || call.approved == call.places) return;
        (uint256 px, uint256 py) = (studyKey.x, studyKey.y);
        vm.prank(RESEARCHER);
        studies.accept(callId, index, px, py, PURPOSE);
        ++done["accept"];
    }

    /// @dev One step of the draw of some call: close, fix, reveal or (one in four) let the time to reveal pass.
    function advance(uint256 seed, uint256 which) external step(seed) {
        uint256 callId = which % studies.calls() + 1;
        IStudies.Call memory call = studies.callOf(callId);
        if (call.open) return;
        if (call.status == IStudies.CallStatus.Enrolling) {
            if (seed % 2 == 0) vm.warp(uint256(call.enrolUntil) + call.screenPeriod + 1);
            if (!_screened(callId)) return;
            studies.close(callId);
            ++done[studies.callOf(callId).status == IStudies.CallStatus.Ended ? "closeEmpty" : "close"];
        } else if (call.status == IStudies.CallStatus.Closed) {
            if (seed % 4 == 0) {
                vm.roll(block.number + 300);
                studies.close(callId);
                ++done["closeAgain"];
                return;
            }
            if (block.number <= call.drawBlock) vm.roll(call.drawBlock + 1);
            if (block.number > call.drawBlock + 256) return;
            studies.fixBlock(callId);
            ++done["fix"];
        } else if (call.status == IStudies.CallStatus.Fixed) {
            if (seed % 4 == 0) vm.warp(uint256(call.at) + 1);
            if (block.timestamp > call.at) {
                studies.abandon(callId);
                ++done["abandon"];
            } else {
                bytes32 secret = secretOf_[callId];
                studies.reveal(callId, secret);
                ++done["reveal"];
            }
        } else if (call.status == IStudies.CallStatus.Abandoned) {
            for (uint256 i = 0; i < call.entries; ++i) {
                if (studies.entryOf(callId, i).status != IStudies.EntryStatus.Entered) continue;
                studies.shareBond(callId, i);
                ++done["shareBond"];
                return;
            }
        }
    }

    /// @dev An offer is approved, refused or, when it is late or its entry gone, passed on.
    function answer(uint256 seed, uint256 which, uint256 position) external step(seed) {
        uint256 callId = _call(which, IStudies.CallStatus.Drawn);
        if (callId == 0) return;
        IStudies.Call memory call = studies.callOf(callId);
        if (block.timestamp > uint256(call.at) + call.fillPeriod) return;
        if (call.outstanding == 0) return;
        IStudies.OfferStatus status;
        uint256 until;
        uint256 index;
        do {
            position = (position % call.entries + 1) % call.entries;
            (status, until, index) = studies.offerOf(callId, position);
        } while (status != IStudies.OfferStatus.Offered);
        IStudies.Entry memory entry = studies.entryOf(callId, index);
        if (seed % 4 == 1 && until < uint256(call.at) + call.fillPeriod) vm.warp(until + 1);
        if (block.timestamp > until || entry.status != IStudies.EntryStatus.Entered) {
            studies.pass(callId, position);
            ++done["pass"];
        } else if (seed % 3 == 0) {
            vm.prank(entry.owner);
            studies.refuse(callId, position);
            ++done["refuse"];
        } else {
            approve(callId, position);
            ++done["approve"];
        }
    }

    function finish(uint256 seed, uint256 which) external step(seed) {
        uint256 callId = which % studies.calls() + 1;
        try studies.finish(callId) {
            ++done["finish"];
        } catch {
            ++done["finishRefused"];
        }
    }

    /// @dev Some grants are delivered, the others refunded, all paid by the market.
    function deliverSome(uint256 seed, uint256 which) external step(seed % 2400) {
        (, uint256 accesses,) = market.counts();
        uint256 id = accesses;
        // The newest that is open, or in one case of four an older one.
        if (which % 4 == 0) id -= which % 5;
        while (id != 0 && (market.accessOf(id).kind != IMarket.AccessKind.Grant || market.accessOf(id).status != IMarket.AccessStatus.Open)) --id;
        if (id == 0) return;
        IMarket.Access memory a = market.accessOf(id);
        if (block.timestamp <= a.deadline && a.challengeEnd == 0) {
            for (uint256 i = 0; i < K; ++i) if (market.accessOf(id).standing & (1 << i) == 0) deliver(id, i);
            vm.prank(RESEARCHER);
            market.confirm(id);
            ++done["deliver"];
        } else {
            market.refund(id);
            ++done["refund"];
        }
    }

    // ── What the invariants need

    /// @dev What the contract owes by the states of its calls.
    function owed() external view returns (uint256 due) {
        for (uint256 id = 1; id <= studies.calls(); ++id) {
            IStudies.Call memory call = studies.callOf(id);
            uint256 places = uint256(call.reward) * (call.places - call.approved);
            if (call.status == IStudies.CallStatus.Drawn) due += places;
            else if (call.status == IStudies.CallStatus.Abandoned) due += studies.bondOf(id) / call.live * _entered(id);
            else if (call.status != IStudies.CallStatus.Ended) due += places + studies.bondOf(id);
        }
    }

    function checkCalls() external view {
        for (uint256 id = 1; id <= studies.calls(); ++id) {
            IStudies.Call memory call = studies.callOf(id);
            Check.atMost(call.approved + call.outstanding, call.places, "places");
            uint256 approved = 0;
            for (uint256 i = 0; i < call.entries; ++i) if (studies.entryOf(id, i).status == IStudies.EntryStatus.Approved) ++approved;
            Check.eq(approved, call.approved, "approved");
            if (call.status != IStudies.CallStatus.Drawn) continue;
            uint256 offered = 0;
            for (uint256 p = 0; p < call.entries; ++p) {
                (IStudies.OfferStatus status,,) = studies.offerOf(id, p);
                if (status == IStudies.OfferStatus.Offered) ++offered;
                Check.yes((status == IStudies.OfferStatus.None) == (p >= call.next), "in order");
            }
            Check.eq(offered, call.outstanding, "outstanding");
        }
    }

    /// @dev The ways out, tried on a copy of the state: anybody, and time.
    function endEverything() external {
        for (uint256 id = 1; id <= studies.calls(); ++id) {
            vm.warp(block.timestamp + 30 days);
            IStudies.CallStatus status = studies.callOf(id).status;
            bool draws = !studies.callOf(id).open;
            if (status == IStudies.CallStatus.Enrolling && draws) studies.close(id);
            if (studies.callOf(id).status == IStudies.CallStatus.Closed) {
                vm.roll(block.number + 1000);
                studies.close(id);
                vm.roll(block.number + DRAW_DELAY + 1);
                studies.fixBlock(id);
            }
            vm.warp(block.timestamp + 30 days);
            status = studies.callOf(id).status;
            if (status == IStudies.CallStatus.Fixed) studies.abandon(id);
            if (status == IStudies.CallStatus.Drawn || (status == IStudies.CallStatus.Enrolling && !draws)) studies.finish(id);
            if (studies.callOf(id).status != IStudies.CallStatus.Abandoned) continue;
            for (uint256 i = 0; i < studies.callOf(id).entries; ++i) {
                if (studies.entryOf(id, i).status == IStudies.EntryStatus.Entered) studies.shareBond(id, i);
            }
        }
        Check.eq(coin.balanceOf(address(studies)), 0, "no coins stuck");
        (, uint256 accesses,) = market.counts();
        for (uint256 id = 1; id <= accesses; ++id) {
            IMarket.Access memory a = market.accessOf(id);
            if (a.status != IMarket.AccessStatus.Open) continue;
            if (a.challengeEnd != 0) market.settle(id);
            else market.refund(id);
        }
        Check.eq(coin.balanceOf(address(market)), 0, "nor in the market");
    }

    function market_() external view returns (uint256 holds, uint256 owes) {
        (, uint256 accesses,) = market.counts();
        for (uint256 id = 1; id <= accesses; ++id) {
            IMarket.Access memory a = market.accessOf(id);
            if (a.status == IMarket.AccessStatus.Open) owes += a.escrow;
        }
        return (coin.balanceOf(address(market)), owes);
    }

    function held() external view returns (uint256) {
        return coin.balanceOf(address(studies));
    }

    /// @dev Everybody's coins together; nothing is minted once it has begun.
    function sum() external view returns (uint256 all) {
        for (uint256 i = 0; i < OWNERS; ++i) all += coin.balanceOf(owners[i]);
        for (uint256 i = 0; i < KEEPERS; ++i) all += coin.balanceOf(keepers[i]);
        all += coin.balanceOf(RESEARCHER) + coin.balanceOf(VALIDATOR) + coin.balanceOf(address(studies)) + coin.balanceOf(address(market));
        all += coin.balanceOf(address(participants));
    }

    function supply() external view returns (uint256) {
        return coin.totalSupply();
    }

    function _entered(uint256 id) private view returns (uint256 n) {
        for (uint256 i = 0; i < studies.callOf(id).entries; ++i) if (studies.entryOf(id, i).status == IStudies.EntryStatus.Entered) ++n;
    }

    function _screened(uint256 callId) private view returns (bool) {
        IStudies.Call memory call = studies.callOf(callId);
        return block.timestamp > uint256(call.enrolUntil) + call.screenPeriod;
    }

    function _affordable(IStudies.Terms memory t, uint256 bondPercent) private view returns (bool) {
        uint256 total = uint256(t.reward) * t.places;
        return coin.balanceOf(RESEARCHER) >= total + total * bondPercent / 100 + 1;
    }

    function _call(uint256 which, IStudies.CallStatus status) private view returns (uint256) {
        uint256 n = studies.calls();
        for (uint256 i = 0; i < n; ++i) {
            uint256 id = (which % n + i) % n + 1;
            if (studies.callOf(id).status == status) return id;
        }
        return 0;
    }
}
