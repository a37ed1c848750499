// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IAnchors} from "../src/interfaces/IAnchors.sol";
import {IConsent} from "../src/interfaces/IConsent.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRecords} from "../src/interfaces/IRecords.sol";
import {IStudies} from "../src/interfaces/IStudies.sol";
import {ICoin} from "./utils/ICoin.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {SeatTree} from "../src/libraries/SeatTree.sol";
import {Prover} from "./utils/Prover.sol";
import {vm, Vm} from "./utils/Vm.sol";

/// @dev A deployed network with named actors and the steps that tests begin with. Five keepers, threshold three.
abstract contract Base {
    uint256 internal constant KEEPERS = 5;
    uint8 internal constant K = 3;
    uint96 internal constant PRICE = 120 ether;
    uint96 internal constant MIN_STAKE = 1 ether;
    uint96 internal constant FALSE_SLASH = 0.5 ether;
    uint96 internal constant SILENT_SLASH = 0.05 ether;
    uint32 internal constant WINDOW = 600;
    uint32 internal constant EXTENSION = 300;
    uint32 internal constant PERIOD = 1 hours;
    uint32 internal constant UNSTAKE_DELAY = 30 days;
    uint96 internal constant REWARD = 1000 ether;
    uint32 internal constant HALVING = 4;
    uint256 internal constant DRAW_DELAY = 4;
    uint256 internal constant REVEAL_PERIOD = 1 days;
    bytes32 internal constant NONCE = keccak256("nonce of the dataset");

    address internal immutable OWNER = _actor("OWNER");
    address internal immutable VALIDATOR = _actor("VALIDATOR");
    address internal immutable STRANGER = _actor("STRANGER");
    address internal immutable REGISTRAR = _actor("REGISTRAR");
    /// @dev With a key, since it signs permits.
    uint256 internal constant CUSTOMER_KEY = 0xC057;
    address internal CUSTOMER;
    address[] internal keepers; // ascending

    IAccessManager internal manager;
    ICoin internal coin;
    IParticipants internal participants;
    IMarket internal market;
    address internal forwarder;
    IConsent internal consent;
    IRecords internal records;
    IAnchors internal anchors;
    IStudies internal studies;

    function setUp() public virtual {
        CUSTOMER = vm.createWallet(CUSTOMER_KEY).addr;
        vm.label(CUSTOMER, "CUSTOMER");
        vm.warp(1_800_000_000);
        _deploy(_parameters());
        for (uint256 i = 0; i < KEEPERS; ++i) {
            address keeper = address(uint160(0x1000 * (i + 1)));
            keepers.push(keeper);
            vm.label(keeper, string.concat("KEEPER_", string(abi.encodePacked(bytes1(uint8(49 + i))))));
            _enrolKeeper(keeper, MIN_STAKE);
        }
        vm.prank(REGISTRAR);
        participants.accredit(VALIDATOR, Roles.VALIDATOR, "credential");
    }

    function _parameters() internal pure returns (IMarket.Parameters memory) {
        return IMarket.Parameters({
            falseSlash: FALSE_SLASH, silentSlash: SILENT_SLASH, minKeeperFee: 0.01 ether, minReleasePeriod: 60, maxReleasePeriod: 7 days,
            challengeWindow: WINDOW, releaseExtension: EXTENSION, rewardBase: REWARD, rewardHalving: HALVING
        });
    }

    function _deploy(IMarket.Parameters memory parameters) internal {
        manager = IAccessManager(vm.deployCode("AccessManager.sol:AccessManager", abi.encode(address(this))));
        (address coin_, address participants_) = _deployWired(UNSTAKE_DELAY);
        coin = ICoin(coin_);
        participants = IParticipants(participants_);
        // After the market come the forwarder, then these.
        uint64 nonce = vm.getNonce(address(this));
        address consent_ = vm.computeCreateAddress(address(this), nonce + 2);
        address studies_ = vm.computeCreateAddress(address(this), nonce + 5);
        market = IMarket(vm.deployCode("Market.sol:Market", abi.encode(coin_, participants_, consent_, studies_, parameters)));
        forwarder = vm.deployCode("Forwarder.sol:Forwarder", "");
        consent = IConsent(vm.deployCode("Consent.sol:Consent", abi.encode(market, forwarder)));
        records = IRecords(vm.deployCode("Records.sol:Records", abi.encode(participants_, forwarder)));
        anchors = IAnchors(vm.deployCode("Anchors.sol:Anchors", abi.encode(forwarder)));
        studies = IStudies(vm.deployCode("Studies.sol:Studies", abi.encode(market, forwarder, DRAW_DELAY, REVEAL_PERIOD)));
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = IParticipants.accredit.selector;
        selectors[1] = IParticipants.suspend.selector;
        manager.setTargetFunctionRole(address(participants), selectors, 1);
        manager.grantRole(1, REGISTRAR, 0);
    }

    /// @dev Coin and registry that expect the market at the address after theirs.
    function _deployWired(uint32 unstakeDelay) internal returns (address coin_, address participants_) {
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2);
        coin_ = vm.deployCode("PhdCoin.sol:PhdCoin", abi.encode(predicted));
        participants_ = vm.deployCode("Participants.sol:Participants", abi.encode(address(manager), coin_, predicted, MIN_STAKE, unstakeDelay));
    }

    function _enrolKeeper(address keeper, uint256 stake) internal {
        vm.deal(keeper, 100 ether);
        vm.startPrank(keeper);
        participants.register(Roles.KEEPER, bytes32(uint256(uint160(keeper))), "/ip4/127.0.0.1/tcp/4001");
        participants.addStake{value: stake}();
        vm.stopPrank();
    }

    // ── Listings

    function shareHead(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("share", index));
    }

    function shareTail(uint256 index) internal pure returns (bytes1) {
        return bytes1(uint8(index + 1));
    }

    function commitmentOf(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(NONCE, uint8(index), shareHead(index), shareTail(index)));
    }

    /// @dev Datasets differ by their content alone; all have the same keepers and shares.
    function publicationOf(bytes32 content) internal view returns (IMarket.Publication memory p) {
        p.contentHash = keccak256(abi.encode(content, "manifest"));
        p.recordRoot = keccak256(abi.encode(content, "records"));
        p.nonce = NONCE;
        p.price = PRICE;
        p.keepersBps = 1500;
        p.validatorBps = 500;
        p.threshold = K;
        p.cid = abi.encodePacked(hex"01701220", content);
        p.keepers = keepers;
        p.commitments = new bytes32[](keepers.length);
        for (uint256 i = 0; i < keepers.length; ++i) p.commitments[i] = commitmentOf(i);
    }

    function publish(bytes32 content) internal returns (uint256) {
        IMarket.Publication memory p = publicationOf(content);
        vm.prank(OWNER);
        return market.publish(p);
    }

    /// @dev Rebuilds the tree the slow way: as layers, so that it is a second implementation of SeatTree.
    function seatProof(uint256 index) internal view returns (bytes32[] memory proof) {
        bytes32[] memory layer = new bytes32[](keepers.length);
        for (uint256 i = 0; i < layer.length; ++i) layer[i] = SeatTree.leaf(NONCE, i, keepers[i], commitmentOf(i));
        bytes32[] memory found = new bytes32[](8);
        uint256 size = 0;
        while (layer.length > 1) {
            if (index ^ 1 < layer.length) found[size++] = layer[index ^ 1];
            bytes32[] memory above = new bytes32[]((layer.length + 1) / 2);
            for (uint256 i = 0; i < above.length; ++i) {
                above[i] = 2 * i + 1 < layer.length ? Hashes.commutativeKeccak256(layer[2 * i], layer[2 * i + 1]) : layer[2 * i];
            }
            layer = above;
            index /= 2;
        }
        proof = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) proof[i] = found[i];
    }

    function accept(uint256 datasetId, uint256 index) internal {
        bytes32[] memory proof = seatProof(index);
        vm.prank(keepers[index]);
        market.accept(datasetId, uint8(index), commitmentOf(index), NONCE, proof);
    }

    function acceptAll(uint256 datasetId) internal {
        for (uint256 i = 0; i < keepers.length; ++i) accept(datasetId, i);
    }

    // ── Accesses; the secret of access n is n + 1000

    function secretOf(uint256 accessId) internal pure returns (uint256) {
        return accessId + 1000;
    }

    function nextKey() internal returns (Prover.Point memory) {
        (, uint256 accesses,) = market.counts();
        return Prover.mul(secretOf(accesses + 1));
    }

    function validate(uint256 datasetId) internal returns (uint256) {
        Prover.Point memory key = nextKey();
        vm.prank(VALIDATOR);
        return market.validate(datasetId, key.x, key.y, PERIOD);
    }

    function listCertified(bytes32 content) internal returns (uint256) {
        return listCertifiedFor(OWNER, content);
    }

    function listCertifiedFor(address owner, bytes32 content) internal returns (uint256 datasetId) {
        IMarket.Publication memory p = publicationOf(content);
        vm.prank(owner);
        datasetId = market.publish(p);
        acceptAll(datasetId);
        uint256 accessId = validate(datasetId);
        for (uint256 i = 0; i < keepers.length; ++i) release(accessId, i);
        vm.prank(VALIDATOR);
        market.certify(accessId, 93, "report");
    }

    /// @dev A customer has coins because an owner sold or gave it some.
    function fund(uint256 amount) internal {
        vm.prank(OWNER);
        coin.transfer(CUSTOMER, amount);
        vm.prank(CUSTOMER);
        coin.approve(address(market), type(uint256).max);
    }

    function buy(uint256 datasetId) internal returns (uint256) {
        Prover.Point memory key = nextKey();
        IMarket.Dataset memory dataset = market.datasetOf(datasetId);
        vm.prank(CUSTOMER);
        return market.buy(datasetId, dataset.version, dataset.price, key.x, key.y, PERIOD, "purpose");
    }

    /// @dev A certified dataset and an access that was bought.
    function bought() internal returns (uint256 datasetId, uint256 accessId) {
        datasetId = listCertified("bought");
        fund(4 * PRICE);
        accessId = buy(datasetId);
    }

    function ephemeralOf(uint256 accessId, uint256 index) internal pure returns (uint256) {
        return accessId * 100 + index + 7;
    }

    function sealedShare(uint256 accessId, uint256 index, bool lied) internal returns (IMarket.ReleasedShare memory) {
        bytes32 head = lied ? bytes32(~uint256(shareHead(index))) : shareHead(index);
        return Prover.seal(contextOf(accessId, index), secretOf(accessId), ephemeralOf(accessId, index), head, shareTail(index));
    }

    function contextOf(uint256 accessId, uint256 index) internal view returns (Prover.Context memory) {
        return Prover.Context(address(market), accessId, uint8(index));
    }

    function release(uint256 accessId, uint256 index) internal {
        IMarket.ReleasedShare memory share = sealedShare(accessId, index, false);
        vm.prank(keepers[index]);
        market.release(accessId, uint8(index), share);
    }

    function lie(uint256 accessId, uint256 index) internal {
        IMarket.ReleasedShare memory share = sealedShare(accessId, index, true);
        vm.prank(keepers[index]);
        market.release(accessId, uint8(index), share);
    }

    function disputeProof(uint256 accessId, uint256 index, bool lied) internal returns (IMarket.DisputeProof memory proof) {
        proof.index = uint8(index);
        proof.keeper = keepers[index];
        proof.commitment = commitmentOf(index);
        proof.nonce = NONCE;
        proof.seatProof = seatProof(index);
        proof.share = sealedShare(accessId, index, lied);
        Prover.prove(contextOf(accessId, index), proof, secretOf(accessId), ephemeralOf(accessId, index), uint256(keccak256(abi.encode(accessId, index))));
    }

    function _actor(string memory name) private returns (address account) {
        account = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(account, name);
    }
}
