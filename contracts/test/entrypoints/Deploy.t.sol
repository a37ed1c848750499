// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Base} from "../Base.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev A network that could not keep its promises does not come into being.
contract DeployTest is Base {
    function test_deploy_showsItsParameters() public view {
        Check.eq(keccak256(abi.encode(market.parameters())), keccak256(abi.encode(_parameters())), "parameters");
        Check.eq(market.coin(), address(coin), "coin");
        Check.eq(market.participants(), address(participants), "participants");
    }

    function _refused(IMarket.Parameters memory p, uint32 unstakeDelay, bytes memory reason) private {
        (address coin_, address participants_) = _deployWired(unstakeDelay);
        vm.expectRevert(reason);
        vm.deployCode("Market.sol:Market", abi.encode(coin_, participants_, p));
    }

    function _invalid(bytes32 name, uint256 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMarket.MarketParameterInvalid.selector, name, value);
    }

    function test_deploy_revertsOnParameters() public {
        IMarket.Parameters memory p = _parameters();
        p.falseSlash = MIN_STAKE + 1;
        _refused(p, UNSTAKE_DELAY, _invalid("falseSlash", p.falseSlash));
        p = _parameters();
        p.silentSlash = FALSE_SLASH + 1;
        _refused(p, UNSTAKE_DELAY, _invalid("silentSlash", p.silentSlash));
        p = _parameters();
        p.minReleasePeriod = 0;
        _refused(p, UNSTAKE_DELAY, _invalid("minReleasePeriod", 0));
        p = _parameters();
        p.maxReleasePeriod = 59;
        _refused(p, UNSTAKE_DELAY, _invalid("maxReleasePeriod", 59));
        p = _parameters();
        p.challengeWindow = 0;
        _refused(p, UNSTAKE_DELAY, _invalid("challengeWindow", 0));
        p = _parameters();
        p.releaseExtension = 0;
        _refused(p, UNSTAKE_DELAY, _invalid("releaseExtension", 0));
        p = _parameters();
        p.rewardHalving = 0;
        _refused(p, UNSTAKE_DELAY, _invalid("rewardHalving", 0));
        uint32 longest = 7 days + 32 * (WINDOW + EXTENSION);
        _refused(_parameters(), longest - 1, _invalid("unstakeDelay", longest - 1));
    }

    function test_deploy_revertsWhenTheAddressWasPredictedWrong() public {
        address coin_ = vm.deployCode("PhdCoin.sol:PhdCoin", abi.encode(STRANGER));
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotWired.selector, STRANGER, next));
        vm.deployCode("Market.sol:Market", abi.encode(coin_, address(participants), _parameters()));
    }

    function test_market_takesNoNativeCoins() public {
        vm.deal(address(this), 2);
        (bool sent,) = address(market).call{value: 1}("");
        Check.yes(!sent, "market");
        (sent,) = address(participants).call{value: 1}("");
        Check.yes(!sent, "registry");
    }
}
