// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IPhdCoin} from "../../src/interfaces/IPhdCoin.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract PhdCoinTest is Base {
    function _mint(address to, uint256 amount) private {
        vm.prank(address(market));
        coin.mint(to, amount);
    }

    function test_names() public view {
        Check.eq(keccak256(bytes(coin.name())), keccak256("PHD Coin"), "name");
        Check.eq(keccak256(bytes(coin.symbol())), keccak256("PHD"), "symbol");
        Check.eq(coin.decimals(), 18, "decimals");
        Check.eq(coin.cap(), 1e27, "cap");
        Check.eq(coin.totalSupply(), 0, "no premine");
    }

    function test_mint_onlyByTheMarket(address caller, uint256 amount) public {
        vm.assume(caller != address(market));
        vm.expectRevert(abi.encodeWithSelector(IPhdCoin.PhdCoinNotMarket.selector, caller));
        vm.prank(caller);
        coin.mint(caller, amount);
    }

    function test_mint_neverBeyondTheCap(uint256 first, uint256 second) public {
        first = bound(first, 0, 1e27);
        second = bound(second, 1e27 - first + 1, type(uint256).max - first);
        _mint(STRANGER, first);
        vm.expectRevert(abi.encodeWithSelector(IPhdCoin.PhdCoinCapExceeded.selector, first + second, 1e27));
        _mint(STRANGER, second);
        Check.eq(coin.totalSupply(), first, "supply");
    }

    function test_transfer_movesAndConserves(uint256 minted, uint256 sent, bool toSelf) public {
        minted = bound(minted, 0, 1e27);
        sent = bound(sent, 0, minted);
        _mint(STRANGER, minted);
        address to = toSelf ? STRANGER : OWNER;
        vm.expectEmit();
        emit IERC20.Transfer(STRANGER, to, sent);
        vm.prank(STRANGER);
        coin.transfer(to, sent);
        Check.eq(coin.balanceOf(STRANGER), toSelf ? minted : minted - sent, "from");
        Check.eq(coin.balanceOf(OWNER), toSelf ? 0 : sent, "to");
    }

    function test_transfer_revertsBeyondTheBalance(uint256 minted, uint256 sent) public {
        minted = bound(minted, 0, 1e27);
        sent = bound(sent, minted + 1, type(uint256).max - 1);
        _mint(STRANGER, minted);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, minted, sent));
        vm.prank(STRANGER);
        coin.transfer(OWNER, sent);
    }

    /// @dev Balance and nonce share a slot: neither disturbs the other.
    function test_permit_countsNoncesBesideTheBalance(uint8 permits, uint256 minted) public {
        minted = bound(minted, 0, 1e27);
        _mint(CUSTOMER, minted);
        for (uint256 i = 0; i < permits % 8; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = _sign(OWNER, i, block.timestamp);
            coin.permit(CUSTOMER, OWNER, i, block.timestamp, v, r, s);
            Check.eq(coin.allowance(CUSTOMER, OWNER), i, "allowance");
            Check.eq(coin.nonces(CUSTOMER), i + 1, "nonce");
            vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
            coin.permit(CUSTOMER, OWNER, i, block.timestamp, v, r, s);
        }
        Check.eq(coin.balanceOf(CUSTOMER), minted, "balance");
    }

    function test_receiveWithPermit_onlyToTheNamedSpender(uint256 amount) public {
        amount = bound(amount, 0, 1e27);
        _mint(CUSTOMER, 1e27);
        (uint8 v, bytes32 r, bytes32 s) = _sign(OWNER, amount, block.timestamp);
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        vm.prank(STRANGER);
        coin.receiveWithPermit(CUSTOMER, amount, block.timestamp, v, r, s);
        vm.prank(OWNER);
        coin.receiveWithPermit(CUSTOMER, amount, block.timestamp, v, r, s);
        Check.eq(coin.balanceOf(OWNER), amount, "received");
        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        vm.prank(OWNER);
        coin.receiveWithPermit(CUSTOMER, amount, block.timestamp, v, r, s);
    }

    function test_receiveWithPermit_revertsLate() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(OWNER, 1, block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, block.timestamp - 1));
        vm.prank(OWNER);
        coin.receiveWithPermit(CUSTOMER, 1, block.timestamp - 1, v, r, s);
    }

    function _sign(address spender, uint256 value, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typehash = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typehash, CUSTOMER, spender, value, coin.nonces(CUSTOMER), deadline));
        return vm.sign(CUSTOMER_KEY, keccak256(abi.encodePacked(hex"1901", coin.DOMAIN_SEPARATOR(), structHash)));
    }
}
