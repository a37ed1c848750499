// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IParticipants} from "../../src/interfaces/IParticipants.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

/// @dev Acts as every role at random. Each step bounds its input so that the call succeeds, or does nothing where no
/// such call exists; a revert fails the run. It keeps books of its own, which the invariants hold against the chain.
contract Handler is Base {
    /// @dev Books.
    uint256 public minted;
    uint256 public staked; // wei that went in
    uint256 public takenOut; // wei that went out
    mapping(uint256 accessId => uint256) public ends; // how often an access ended
    mapping(uint256 accessId => uint256) public paidIn;
    mapping(uint256 accessId => uint256) public paidOut;
    uint256 public honestDisputesHeard;
    uint256 public falseDisputesRefused;
    uint256 public openedAfterWithdrawal;
    mapping(uint256 accessId => mapping(uint256 index => bool)) public lied;
    mapping(string step => uint256) public calls;
    /// @dev How often a step found something to do.
    mapping(string step => uint256) public done;
    bool private immutable MOVING;
    uint256 private listings;

    constructor(bool moving) {
        MOVING = moving;
        setUp();
        staked = KEEPERS * MIN_STAKE;
        _list();
        _fund();
    }

    modifier step(string memory name) {
        ++calls[name];
        if (MOVING) vm.warp(block.timestamp + uint256(keccak256(abi.encode(calls[name], name))) % 2 minutes);
        _;
    }

    // ── Owner and validator

    function list() external step("list") {
        if (listings < 40 && _dataset(listings, IMarket.DatasetStatus.Certified) == 0) _list();
    }

    function publishOnly() external step("publish") {
        publish(keccak256(abi.encode("published", calls["publish"])));
        ++done["publish"];
    }

    function setPrice(uint256 which, uint96 price) external step("setPrice") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Certified);
        if (id == 0) return;
        vm.prank(OWNER);
        market.setPrice(id, uint96(bound(price, 1 ether, 150 ether)));
        ++done["setPrice"];
    }

    function withdraw(uint256 which) external step("withdraw") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Certified);
        if (id == 0 || calls["withdraw"] % 5 != 0) return;
        vm.prank(OWNER);
        market.withdraw(id);
        ++done["withdraw"];
    }

    function openValidation(uint256 which) external step("validate") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Published);
        if (id == 0) return;
        uint256 accepted = market.datasetOf(id).accepted;
        for (uint256 i = 0; i < KEEPERS; ++i) {
            if (accepted & (1 << i) == 0 && _fit(i)) accept(id, i);
        }
        if (_count(market.datasetOf(id).accepted) < K) return;
        validate(id);
        ++done["validate"];
    }

    function judge(uint256 which, bool good) external step("judge") {
        uint256 id = _access(which, IMarket.AccessKind.Validation);
        if (id == 0 || _count(market.accessOf(id).standing) < K) return;
        IMarket.Dataset memory d = market.datasetOf(market.accessOf(id).datasetId);
        if (d.status != IMarket.DatasetStatus.Published) return;
        if (good) {
            uint256 reward = market.nextReward();
            vm.prank(VALIDATOR);
            market.certify(id, 80, "");
            minted += reward;
            ++done["certify"];
        } else {
            vm.prank(VALIDATOR);
            market.reject(id, 20, "");
            ++done["reject"];
        }
        ++ends[id];
    }

    // ── Customer

    function purchase(uint256 which, bool anyway) external step("buy") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Certified);
        if (anyway && id != 0) _tryWithdrawn(id);
        if (id == 0) return;
        IMarket.Dataset memory d = market.datasetOf(id);
        if (_count(d.accepted) < K || coin.balanceOf(CUSTOMER) < d.price) return;
        uint256 accessId = buy(id);
        paidIn[accessId] = d.price;
        ++done["buy"];
    }

    function confirm(uint256 which) external step("confirm") {
        uint256 id = _access(which, IMarket.AccessKind.Purchase);
        if (id == 0 || market.accessOf(id).challengeEnd == 0) return;
        _ended(id, CUSTOMER, abi.encodeCall(IMarket.confirm, (id)));
        ++done["confirm"];
    }

    function dispute(uint256 which, uint256 seat) external step("dispute") {
        (, uint256 accesses,) = market.counts();
        for (uint256 n = 0; n < accesses; ++n) {
            uint256 id = (bound(which, 0, accesses - 1) + n) % accesses + 1;
            IMarket.Access memory a = market.accessOf(id);
            if (a.status != IMarket.AccessStatus.Open || a.standing == 0) continue;
            if (a.challengeEnd != 0 && block.timestamp > a.challengeEnd) continue;
            uint256 index = bound(seat, 0, KEEPERS - 1);
            while (a.standing & (1 << index) == 0) index = (index + 1) % KEEPERS;
            _dispute(id, index);
            return;
        }
    }

    /// @dev The heart: an honest release is never disputed, a false one always can be.
    function _dispute(uint256 id, uint256 index) private {
        IMarket.DisputeProof memory proof = disputeProof(id, index, lied[id][index]);
        vm.prank(STRANGER);
        (bool held,) = address(market).call(abi.encodeCall(IMarket.dispute, (id, proof)));
        ++done[held ? "disputeHeld" : "disputeRefused"];
        if (held && !lied[id][index]) ++honestDisputesHeard;
        if (!held && lied[id][index]) ++falseDisputesRefused;
    }

    // ── Keepers

    /// @dev Some keepers of one access release, some of them lie, until it takes no more.
    function releaseSome(uint256 which, uint32 who, uint32 liars) external step("release") {
        (, uint256 accesses,) = market.counts();
        for (uint256 n = 0; n < accesses; ++n) {
            uint256 id = (which % accesses + n) % accesses + 1;
            IMarket.Access memory a = market.accessOf(id);
            uint256 awaited = a.seated & ~a.standing & ~a.disputed;
            if (a.status != IMarket.AccessStatus.Open || block.timestamp > a.deadline || a.challengeEnd != 0 || awaited == 0) continue;
            for (uint256 i = 0; i < KEEPERS && market.accessOf(id).challengeEnd == 0; ++i) {
                if (awaited & (1 << i) == 0 || (who >> i) & 1 == 0) continue;
                lied[id][i] = (liars >> (2 * i)) & 3 == 0; // one in four
                if (lied[id][i]) lie(id, i);
                else release(id, i);
                ++done["release"];
            }
            return;
        }
    }

    function moveSeat(uint256 which, uint256 seat) external step("seat") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Certified);
        if (id == 0) return;
        uint256 i = bound(seat, 0, KEEPERS - 1);
        if (market.datasetOf(id).accepted & (1 << i) == 0) {
            if (!_fit(i)) return;
            accept(id, i);
            ++done["accept"];
        } else if (participants.accountOf(keepers[i]).stake < MIN_STAKE) {
            vm.prank(STRANGER);
            market.evict(id, uint8(i));
            ++done["evict"];
        } else if (seat % 4 == 0) {
            vm.prank(keepers[i]);
            market.resign(id, uint8(i));
            ++done["resign"];
        }
    }

    function destroyShare(uint256 which, uint256 seat) external step("destroy") {
        uint256 id = _dataset(which, IMarket.DatasetStatus.Withdrawn);
        uint256 i = bound(seat, 0, KEEPERS - 1);
        if (id == 0 || market.seatKeeperOf(id, i) == address(0) || market.datasetOf(id).destroyed & (1 << i) != 0) return;
        vm.prank(keepers[i]);
        market.confirmDestroyed(id, uint8(i));
        ++done["destroy"];
    }

    function moveStake(uint256 seat, uint96 amount) external step("stake") {
        address keeper = keepers[bound(seat, 0, KEEPERS - 1)];
        uint256 stake = participants.accountOf(keeper).stake;
        (, uint256 at) = participants.unstakeOf(keeper);
        if (at != 0 && block.timestamp >= at) {
            uint256 before = keeper.balance;
            vm.prank(keeper);
            participants.withdrawStake();
            takenOut += keeper.balance - before;
            ++done["unstake"];
        } else if (stake > 2 * MIN_STAKE && at == 0) {
            vm.prank(keeper);
            participants.requestUnstake(uint96(bound(amount, 1, stake - MIN_STAKE)));
        } else {
            uint256 more = bound(amount, 1, 2 ether);
            vm.deal(keeper, more);
            vm.prank(keeper);
            participants.addStake{value: more}();
            staked += more;
        }
    }

    function collect(uint256 seat) external step("collect") {
        address keeper = keepers[bound(seat, 0, KEEPERS - 1)];
        if (participants.accountOf(keeper).earnings != 0) {
            vm.prank(keeper);
            participants.withdrawEarnings();
        }
        uint256 due = participants.compensationOf(CUSTOMER);
        if (due != 0) {
            vm.prank(CUSTOMER);
            participants.withdrawCompensation();
            takenOut += due;
            ++done["compensation"];
        }
    }

    // ── Anybody

    function settle(uint256 which) external step("settle") {
        uint256 id = _access(which, IMarket.AccessKind.Purchase);
        if (id == 0) return;
        IMarket.Access memory a = market.accessOf(id);
        if (a.challengeEnd == 0 || block.timestamp <= a.challengeEnd) return;
        _ended(id, STRANGER, abi.encodeCall(IMarket.settle, (id)));
        ++done["settle"];
    }

    function refund(uint256 which) external step("refund") {
        uint256 id = _access(which, IMarket.AccessKind.Purchase);
        if (id == 0) return;
        IMarket.Access memory a = market.accessOf(id);
        if (block.timestamp <= a.deadline || _count(a.standing) >= K) return;
        uint256 before = coin.balanceOf(CUSTOMER);
        _ended(id, STRANGER, abi.encodeCall(IMarket.refund, (id)));
        ++done["refund"];
        Check.eq(coin.balanceOf(CUSTOMER) - before, a.escrow, "the customer has its price back");
    }

    function wait_(uint32 time) external step("wait") {
        if (MOVING) vm.warp(block.timestamp + (time % 8 == 0 ? 31 days : time % 2 hours));
    }

    /// @dev Whoever holds coins gives the customer some, so that buying goes on.
    function recycle() external step("recycle") {
        _fund();
    }

    // ── What the invariants need

    /// @dev The ways out, tried on a copy of the state: after enough time every open access ends.
    function endEverything() external {
        (, uint256 accesses,) = market.counts();
        vm.warp(block.timestamp + 60 days);
        for (uint256 id = 1; id <= accesses; ++id) {
            IMarket.Access memory a = market.accessOf(id);
            if (a.status != IMarket.AccessStatus.Open) continue;
            vm.prank(STRANGER);
            if (_count(a.standing) >= K) market.settle(id);
            else market.refund(id);
        }
        Check.eq(coin.balanceOf(address(market)), 0, "no coins stuck");
    }

    function network() external view returns (IMarket, IParticipants, address) {
        return (market, participants, address(coin));
    }

    function people() external view returns (address[] memory all) {
        all = new address[](KEEPERS + 6);
        for (uint256 i = 0; i < KEEPERS; ++i) all[i] = keepers[i];
        all[KEEPERS] = OWNER;
        all[KEEPERS + 1] = VALIDATOR;
        all[KEEPERS + 2] = CUSTOMER;
        all[KEEPERS + 3] = STRANGER;
        all[KEEPERS + 4] = address(market);
        all[KEEPERS + 5] = address(participants);
    }

    // ── Helpers

    function _ended(uint256 id, address caller, bytes memory call) private {
        uint256 held = coin.balanceOf(address(market));
        uint256 stranger = coin.balanceOf(STRANGER);
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(market).call(call);
        if (!ok) assembly { revert(add(reason, 32), mload(reason)) }
        ++ends[id];
        paidOut[id] += held - coin.balanceOf(address(market));
        Check.eq(coin.balanceOf(STRANGER), stranger, "who settles is not paid");
    }

    function _tryWithdrawn(uint256 seed) private {
        uint256 id = _dataset(seed, IMarket.DatasetStatus.Withdrawn);
        if (id == 0) return;
        Prover.Point memory key = nextKey();
        IMarket.Dataset memory d = market.datasetOf(id);
        vm.prank(CUSTOMER);
        (bool opened,) = address(market).call(abi.encodeCall(IMarket.buy, (id, d.version, d.price, key.x, key.y, PERIOD, "")));
        if (opened) ++openedAfterWithdrawal;
    }

    function _list() private {
        uint256 id = publish(keccak256(abi.encode("listing", listings++)));
        for (uint256 i = 0; i < KEEPERS; ++i) if (_fit(i)) accept(id, i);
        if (_count(market.datasetOf(id).accepted) < K) return;
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < KEEPERS; ++i) if (market.accessOf(accessId).seated & (1 << i) != 0) release(accessId, i);
        minted += market.nextReward();
        vm.prank(VALIDATOR);
        market.certify(accessId, 93, "");
        ++ends[accessId];
    }

    function _fund() private {
        address[3] memory rich = [OWNER, VALIDATOR, keepers[0]];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 balance = coin.balanceOf(rich[i]);
            if (balance == 0) continue;
            vm.prank(rich[i]);
            coin.transfer(CUSTOMER, balance / 2);
        }
        vm.prank(CUSTOMER);
        coin.approve(address(market), type(uint256).max);
    }

    function _fit(uint256 i) private view returns (bool) {
        (uint256 leaving,) = participants.unstakeOf(keepers[i]);
        return participants.accountOf(keepers[i]).stake >= MIN_STAKE + leaving;
    }

    function _dataset(uint256 which, IMarket.DatasetStatus status) private view returns (uint256) {
        (uint256 datasets,,) = market.counts();
        for (uint256 n = 0; n < datasets; ++n) {
            uint256 id = (which % datasets + n) % datasets + 1;
            if (market.datasetOf(id).status == status) return id;
        }
        return 0;
    }

    function _access(uint256 which, IMarket.AccessKind kind) private view returns (uint256) {
        (, uint256 accesses,) = market.counts();
        for (uint256 n = 0; n < accesses; ++n) {
            uint256 id = (which % accesses + n) % accesses + 1;
            IMarket.Access memory a = market.accessOf(id);
            if (a.status == IMarket.AccessStatus.Open && a.kind == kind) return id;
        }
        return 0;
    }

    function _count(uint256 bits) private pure returns (uint256 n) {
        for (; bits != 0; bits &= bits - 1) ++n;
    }
}
