// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title PHD: what a dataset costs, and what a certified one earns.
/// @notice ERC-20 with permit (EIP-2612) and a hard cap of one billion. No premine, no owner: coins come into being
/// only when the market rewards a certification.
interface IPhdCoin is IERC20, IERC20Permit {
    error PhdCoinNotMarket(address caller);
    error PhdCoinCapExceeded(uint256 supply, uint256 cap);

    /// @notice Creates coins. Only the market, only as certification reward, never beyond the cap.
    function mint(address to, uint256 amount) external;

    /// @notice Sends `amount` from `owner` to the caller, by an EIP-2612 permit to the caller over exactly that amount.
    /// @dev The same as `permit` and `transferFrom`, but the allowance, which would end as it began, is neither
    /// read nor written: that saves its slot.
    function receiveWithPermit(address owner, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice The only account that may mint.
    function market() external view returns (address);
    /// @notice Coins that can ever exist, in units of 1e-18.
    function cap() external view returns (uint256);
}
