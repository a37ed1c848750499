// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

/// @title Forwarder: sends what somebody else signed, and pays the gas.
/// @notice An account that was made for one grantee alone would show whose it is by the account that funds it. So it holds
/// no coin: it signs (EIP-712: chain, contract, nonce, deadline), and whoever relays pays.
/// @dev OpenZeppelin's contract as it is. Consent, Records, Anchors and Studies trust it for the sender's address; the
/// market does not, and it holds no power of its own. Every call can also be made directly.
contract Forwarder is ERC2771Forwarder {
    constructor() ERC2771Forwarder("PHDex Forwarder") {}
}
