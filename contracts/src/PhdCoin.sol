// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IPhdCoin} from "./interfaces/IPhdCoin.sol";

/// @title PHD
/// @dev OpenZeppelin's ERC-20 and permit over a storage of our own: an account's balance and its permit nonce share
/// a slot. A purchase with permit changes both, and so pays for one slot instead of two.
contract PhdCoin is ERC20Permit, IPhdCoin {
    /// @dev One billion, far below 2^96 ≈ 7.9e28.
    uint256 private constant CAP = 1e9 * 1e18;
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    struct Holder {
        uint96 balance;
        uint160 nonce;
    }

    mapping(address account => Holder) private _holders;
    uint256 private _supply;

    /// @inheritdoc IPhdCoin
    address public immutable market;

    constructor(address market_) ERC20("PHD Coin", "PHD") ERC20Permit("PHD Coin") {
        market = market_;
        // The market never signs a permit. This keeps its slot from going back to zero with its last escrow, so that
        // the next purchase does not pay for a new one.
        _holders[market_].nonce = 1;
    }

    /// @inheritdoc IPhdCoin
    function mint(address to, uint256 amount) external {
        if (msg.sender != market) revert PhdCoinNotMarket(msg.sender);
        _mint(to, amount);
    }

    /// @inheritdoc IPhdCoin
    function receiveWithPermit(address owner, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > deadline) revert ERC2612ExpiredSignature(deadline);
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, msg.sender, amount, _useNonce(owner), deadline));
        address signer = ECDSA.recover(_hashTypedDataV4(structHash), v, r, s);
        if (signer != owner) revert ERC2612InvalidSigner(signer, owner);
        _transfer(owner, msg.sender, amount);
    }

    /// @inheritdoc IPhdCoin
    function cap() external pure returns (uint256) {
        return CAP;
    }

    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _supply;
    }

    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return _holders[account].balance;
    }

    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return _holders[owner].nonce;
    }

    function _useNonce(address owner) internal override returns (uint256) {
        // unchecked: 2^160 signatures cannot be made.
        unchecked {
            return _holders[owner].nonce++;
        }
    }

    /// @dev As ERC20._update, which keeps its balances private. Nothing burns, so `to` is never zero: the public
    /// functions of ERC20 refuse it.
    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0)) {
            uint256 supply = _supply + value;
            if (supply > CAP) revert PhdCoinCapExceeded(supply, CAP);
            _supply = supply;
        } else {
            uint256 balance = _holders[from].balance;
            if (balance < value) revert ERC20InsufficientBalance(from, balance, value);
            // unchecked: value ≤ balance < 2^96.
            unchecked {
                _holders[from].balance = uint96(balance - value);
            }
        }
        // unchecked: the sum of all balances is the supply, at most CAP < 2^96, so neither cast nor sum overflows.
        unchecked {
            _holders[to].balance += uint96(value);
        }
        emit Transfer(from, to, value);
    }
}
