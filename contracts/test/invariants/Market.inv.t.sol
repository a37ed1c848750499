// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IParticipants} from "../../src/interfaces/IParticipants.sol";
import {Check} from "../utils/Check.sol";
import {Targets} from "../utils/Targets.sol";
import {Handler} from "./Handler.sol";

abstract contract MarketInvariants is Targets {
    Handler internal handler;
    IMarket internal market;
    IParticipants internal participants;
    IERC20 internal coin;

    function _start(bool moving) internal {
        handler = new Handler(moving);
        address coin_;
        (market, participants, coin_) = handler.network();
        coin = IERC20(coin_);
    }

    function _target() internal view override returns (address) {
        return address(handler);
    }

    function _selectors() internal pure override returns (bytes4[] memory s) {
        s = new bytes4[](18);
        s[0] = Handler.list.selector;
        s[1] = Handler.publishOnly.selector;
        s[2] = Handler.setPrice.selector;
        s[3] = Handler.withdraw.selector;
        s[4] = Handler.openValidation.selector;
        s[5] = Handler.judge.selector;
        s[6] = Handler.purchase.selector;
        s[7] = Handler.confirm.selector;
        s[8] = Handler.dispute.selector;
        s[9] = Handler.releaseSome.selector;
        s[10] = Handler.moveSeat.selector;
        s[11] = Handler.destroyShare.selector;
        s[12] = Handler.moveStake.selector;
        s[13] = Handler.collect.selector;
        s[14] = Handler.settle.selector;
        s[15] = Handler.refund.selector;
        s[16] = Handler.recycle.selector;
        s[17] = Handler.wait_.selector;
    }

    /// @dev The sum of all balances never changes but by minting, and what was minted is the schedule's.
    function invariant_balancesSumToMinted() public view {
        uint256 sum = 0;
        address[] memory all = handler.people();
        for (uint256 i = 0; i < all.length; ++i) sum += coin.balanceOf(all[i]);
        Check.eq(sum, coin.totalSupply(), "balances");
        Check.eq(coin.totalSupply(), handler.minted(), "minted");
    }

    function invariant_escrowEqualsTheOpenAccesses() public view {
        (, uint256 accesses,) = market.counts();
        uint256 escrow = 0;
        for (uint256 id = 1; id <= accesses; ++id) {
            IMarket.Access memory a = market.accessOf(id);
            if (a.status == IMarket.AccessStatus.Open) escrow += a.escrow;
        }
        Check.eq(coin.balanceOf(address(market)), escrow, "escrow");
    }

    /// @dev An access ends at most once, and then exactly what was paid in has gone out.
    function invariant_noAccessSettlesTwice() public view {
        (, uint256 accesses,) = market.counts();
        for (uint256 id = 1; id <= accesses; ++id) {
            Check.atMost(handler.ends(id), 1, "ends");
            bool ended = market.accessOf(id).status != IMarket.AccessStatus.Open;
            Check.eq(handler.paidOut(id), ended ? handler.paidIn(id) : 0, "paid out");
        }
    }

    function invariant_creditedCoinsAreThere() public view {
        uint256 earnings = 0;
        address[] memory all = handler.people();
        for (uint256 i = 0; i < all.length; ++i) earnings += participants.accountOf(all[i]).earnings;
        Check.eq(coin.balanceOf(address(participants)), earnings, "earnings");
    }

    /// @dev Stake is never negative: what the registry holds is what it owes, to the wei.
    function invariant_nativeCoinsEqualStakeAndCompensations() public view {
        uint256 owed = 0;
        address[] memory all = handler.people();
        for (uint256 i = 0; i < all.length; ++i) owed += participants.accountOf(all[i]).stake + participants.compensationOf(all[i]);
        Check.eq(address(participants).balance, owed, "owed");
        Check.eq(owed, handler.staked() - handler.takenOut(), "went in and out");
    }

    function invariant_honestReleasesAreNeverDisputed() public view {
        Check.eq(handler.honestDisputesHeard(), 0, "honest");
    }

    function invariant_falseReleasesCanAlwaysBeDisputed() public view {
        Check.eq(handler.falseDisputesRefused(), 0, "false");
    }

    function invariant_withdrawnDatasetsOpenNoAccess() public view {
        Check.eq(handler.openedAfterWithdrawal(), 0, "opened");
    }

    /// @dev Bitmaps of an access never contradict each other, and a purchase is ready exactly when k shares stand.
    function invariant_bitmapsAgree() public view {
        (, uint256 accesses,) = market.counts();
        for (uint256 id = 1; id <= accesses; ++id) {
            IMarket.Access memory a = market.accessOf(id);
            Check.eq(a.standing & ~a.seated, 0, "only seated seats release");
            Check.eq(a.standing & a.disputed, 0, "a disputed release does not stand");
            uint256 n = 0;
            for (uint256 bits = a.standing; bits != 0; bits &= bits - 1) ++n;
            if (a.kind == IMarket.AccessKind.Purchase) {
                Check.atMost(n, a.threshold, "at most k are paid");
                Check.yes((a.challengeEnd != 0) == (n == a.threshold), "ready");
            }
        }
    }

    /// @dev Seats that keepers are counted for are the seats that they hold.
    function invariant_seatCountsAgree() public view {
        (uint256 datasets,,) = market.counts();
        uint256 held = 0;
        for (uint256 id = 1; id <= datasets; ++id) {
            for (uint256 bits = market.datasetOf(id).accepted; bits != 0; bits &= bits - 1) ++held;
        }
        uint256 counted = 0;
        address[] memory all = handler.people();
        for (uint256 i = 0; i < all.length; ++i) counted += participants.seatsOf(all[i]);
        Check.eq(counted, held, "seats");
    }

    /// @dev Whatever happened, time and anybody's call end every access, and no coin stays in the market.
    function afterInvariant() public {
        handler.endEverything();
    }
}

/// @dev The clock stands still: nothing runs out, so sales complete by confirmation.
contract StillWorld is MarketInvariants {
    function setUp() public {
        _start(false);
    }
}

/// @dev The clock moves: deadlines pass, keepers are silent, windows close.
contract MovingWorld is MarketInvariants {
    function setUp() public {
        _start(true);
    }
}

/// @dev A handler that finds nothing to do proves nothing: in one long random walk every step has to happen.
contract HandlerReach {
    event Reached(string step, uint256 times);

    function test_handler_reachesEveryStep() public {
        Handler handler = new Handler(true);
        for (uint256 i = 0; i < 900; ++i) {
            uint256 r = uint256(keccak256(abi.encode(i)));
            uint256 pick = r % 19;
            uint256 a = r >> 8;
            uint256 b = r >> 100;
            if (pick == 0) handler.list();
            else if (pick == 1) handler.publishOnly();
            else if (pick == 2) handler.setPrice(a, uint96(b));
            else if (pick == 3) handler.withdraw(a);
            else if (pick == 4) handler.openValidation(a);
            else if (pick == 5) handler.judge(a, b % 2 == 0);
            else if (pick < 8) handler.purchase(a, true);
            else if (pick == 8) handler.confirm(a);
            else if (pick == 9) handler.dispute(a, b);
            else if (pick == 10) handler.releaseSome(a, uint32(b), uint32(b >> 32));
            else if (pick == 11) handler.moveSeat(a, b);
            else if (pick == 12) handler.destroyShare(a, b);
            else if (pick == 13) handler.moveStake(a, uint96(b));
            else if (pick == 14) handler.collect(a);
            else if (pick == 15) handler.settle(a);
            else if (pick == 16) handler.refund(a);
            else if (pick == 17) handler.recycle();
            else handler.wait_(uint32(b));
        }
        string[19] memory steps = [
            "publish", "setPrice", "withdraw", "validate", "certify", "reject", "buy", "confirm", "disputeHeld", "disputeRefused",
            "release", "accept", "resign", "evict", "destroy", "unstake", "compensation", "settle", "refund"
        ];
        for (uint256 i = 0; i < steps.length; ++i) {
            Check.yes(handler.done(steps[i]) > 0, steps[i]);
            emit Reached(steps[i], handler.done(steps[i]));
        }
        handler.endEverything();
    }
}
