// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Check} from "../utils/Check.sol";
import {Targets} from "../utils/Targets.sol";
import {ConsentHandler} from "./ConsentHandler.sol";

contract ConsentInvariants is Targets {
    ConsentHandler private handler;

    function setUp() public {
        handler = new ConsentHandler();
    }

    function _target() internal view override returns (address) {
        return address(handler);
    }

    function _selectors() internal pure override returns (bytes4[] memory s) {
        s = new bytes4[](9);
        s[0] = ConsentHandler.ask.selector;
        s[1] = ConsentHandler.grant.selector;
        s[2] = ConsentHandler.answer.selector;
        s[3] = ConsentHandler.end.selector;
        s[4] = ConsentHandler.revokeAll.selector;
        s[5] = ConsentHandler.judge.selector;
        s[6] = ConsentHandler.tryUse.selector;
        s[7] = ConsentHandler.mark.selector;
        s[8] = ConsentHandler.tryEmergency.selector;
    }

    /// @dev No access without a live right; revoked, expired, handed back or suspended opens nothing.
    function invariant_nothingOpensWithoutARight() public view {
        Check.eq(handler.openedWithoutARight(), 0, "opened");
    }

    /// @dev And whoever holds one is not refused.
    function invariant_aLiveRightHolds() public view {
        Check.eq(handler.refusedALiveRight(), 0, "refused");
    }

    function invariant_theChainAgreesWithTheLedger() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) Check.yes(handler.isLive(id) == handler.shouldBeLive(id), "live");
    }

    /// @dev Every emergency access that the market has was logged by the consent contract, with its institution.
    function invariant_anEmergencyLeavesItsLog() public view {
        IMarket market = handler.network();
        (, uint256 accesses,) = market.counts();
        for (uint256 id = 1; id <= accesses; ++id) {
            if (market.accessOf(id).kind == IMarket.AccessKind.Emergency) Check.yes(handler.logged(id), "logged");
            else Check.yes(market.accessOf(id).kind == IMarket.AccessKind.Validation, "no other kind came to be");
        }
    }
}

/// @dev In one long random walk every step has to happen.
contract ConsentHandlerReach {
    function test_handler_reachesEveryStep() public {
        ConsentHandler handler = new ConsentHandler();
        for (uint256 i = 0; i < 500; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            uint256 pick = r % 11;
            uint256 seed = r >> 8;
            (uint256 a, uint256 b) = (r >> 80, r >> 160);
            if (pick == 0) handler.ask(seed, a, b);
            else if (pick == 1) handler.grant(seed, a, b);
            else if (pick == 2) handler.answer(seed, a);
            else if (pick == 3) handler.end(seed, a);
            else if (pick == 4) handler.revokeAll(seed, a);
            else if (pick == 5) handler.judge(seed, a);
            else if (pick < 9) handler.tryUse(seed, a, b, uint8(r >> 240));
            else if (pick == 9) handler.mark(seed, a, b % 3 != 0);
            else handler.tryEmergency(seed, a, b);
        }
        string[12] memory steps = [
            "ask", "grant", "reject", "approve", "revoke", "handBack", "revokeAll", "suspend", "accredit", "used", "emergency", "emergencyRefused"
        ];
        for (uint256 i = 0; i < steps.length; ++i) Check.yes(handler.done(steps[i]) > 0, steps[i]);
        Check.yes(handler.done("refused") > 0, "refused");
        Check.eq(handler.openedWithoutARight() + handler.refusedALiveRight(), 0, "as the ledger says");
    }
}
