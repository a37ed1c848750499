// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Check} from "../utils/Check.sol";
import {Targets} from "../utils/Targets.sol";
import {StudyHandler} from "./StudyHandler.sol";

contract StudyInvariants is Targets {
    StudyHandler private handler;

    function setUp() public {
        handler = new StudyHandler();
    }

    function _target() internal view override returns (address) {
        return address(handler);
    }

    function _selectors() internal pure override returns (bytes4[] memory s) {
        s = new bytes4[](9);
        s[0] = StudyHandler.openDraw.selector;
        s[1] = StudyHandler.openBounty.selector;
        s[2] = StudyHandler.enrolOne.selector;
        s[3] = StudyHandler.leaveOrStrike.selector;
        s[4] = StudyHandler.acceptOne.selector;
        s[5] = StudyHandler.advance.selector;
        s[6] = StudyHandler.answer.selector;
        s[7] = StudyHandler.finish.selector;
        s[8] = StudyHandler.deliverSome.selector;
    }

    /// @dev The escrow is what the calls' states say, to the unit.
    function invariant_escrowIsWhatIsOwed() public view {
        Check.eq(handler.held(), handler.owed(), "escrow");
    }

    /// @dev Grants in the market are kept as its purchases are.
    function invariant_grantsAreEscrowed() public view {
        (uint256 holds, uint256 owes) = handler.market_();
        Check.eq(holds, owes, "market");
    }

    function invariant_coinsAreConserved() public view {
        Check.eq(handler.sum(), handler.supply(), "coins");
    }

    function invariant_placesAgree() public view {
        handler.checkCalls();
    }

    /// @dev Whatever happened, time and anybody's call end every study, and no coin stays.
    function afterInvariant() public {
        handler.endEverything();
    }
}

/// @dev In one long random walk every step has to happen.
contract StudyHandlerReach {
    function test_handler_reachesEveryStep() public {
        string[19] memory steps = [
            "openDraw", "openBounty", "enrol", "enrolRefused", "leave", "strike", "accept", "close", "closeAgain", "fix", "reveal", "abandon",
            "shareBond", "approve", "refuse", "pass", "finish", "deliver", "finishRefused"
        ];
        uint256[19] memory times;
        for (uint256 w = 0; w < 4; ++w) {
            StudyHandler handler = new StudyHandler();
            for (uint256 i = 0; i < 500; ++i) {
                uint256 r = uint256(keccak256(abi.encode(w, i)));
                uint256 pick = r % 17;
                uint256 seed = r >> 8;
                (uint256 a, uint256 b) = (r >> 80, r >> 160);
                if (pick == 0) handler.openDraw(seed, uint32(a));
                else if (pick == 1) handler.openBounty(seed, uint32(a));
                else if (pick < 6) handler.enrolOne(seed, a, b);
                else if (pick == 6) handler.leaveOrStrike(seed, a, b);
                else if (pick == 7) handler.acceptOne(seed, a, b);
                else if (pick < 10) handler.advance(seed, a);
                else if (pick < 14) handler.answer(seed, a, b);
                else if (pick == 14) handler.finish(seed, a);
                else if (pick == 15) handler.deliverSome(seed, a);
                else handler.advance(seed, a);
            }
            handler.checkCalls();
            Check.eq(handler.held(), handler.owed(), "escrow");
            for (uint256 i = 0; i < steps.length; ++i) times[i] += handler.done(steps[i]);
            handler.endEverything();
        }
        for (uint256 i = 0; i < steps.length; ++i) Check.yes(times[i] > 0, steps[i]);
    }
}
