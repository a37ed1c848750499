// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IConsent} from "../../src/interfaces/IConsent.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStudies} from "../../src/interfaces/IStudies.sol";
import {Base} from "../Base.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev A network that could not keep its promises does not come into being.
contract DeployTest is Base {
    function test_deploy_showsItsParameters() public view {
        Check.eq(keccak256(abi.encode(market.parameters())), keccak256(abi.encode(_parameters())), "parameters");
        Check.eq(market.coin(), address(coin), "coin");
        Check.eq(market.participants(), address(participants), "participants");
        Check.eq(market.consent(), address(consent), "consent");
        Check.eq(market.studies(), address(studies), "studies");
    }

    /// @dev In a call of its own, which fails alone: an expected revert of the cheatcode itself would end the whole test as passed.
    function create(string calldata artefact, bytes calldata arguments) external returns (address) {
        return vm.deployCode(artefact, arguments);
    }

    function _fails(string memory artefact, bytes memory arguments, bytes memory reason) private {
        try this.create(artefact, arguments) {
            Check.yes(false, "deployed");
        } catch (bytes memory answer) {
            Check.eq(keccak256(answer), keccak256(reason), "reason");
        }
    }

    function _refused(IMarket.Parameters memory p, uint32 unstakeDelay, bytes memory reason) private {
        (address coin_, address participants_) = _deployWired(unstakeDelay);
        _fails("Market.sol:Market", abi.encode(coin_, participants_, consent, studies, p), reason);
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
        _fails(
            "Market.sol:Market", abi.encode(coin_, address(participants), consent, studies, _parameters()),
            abi.encodeWithSelector(IMarket.MarketNotWired.selector, STRANGER, next)
        );
    }

    /// @dev A second consent or studies contract would be one that the market does not know.
    function test_deploy_revertsWhereTheMarketNamesAnother() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        _fails("Consent.sol:Consent", abi.encode(market, forwarder), abi.encodeWithSelector(IConsent.ConsentNotWired.selector, consent, next));
        bytes memory arguments = abi.encode(market, forwarder, DRAW_DELAY, REVEAL_PERIOD);
        _fails("Studies.sol:Studies", arguments, abi.encodeWithSelector(IStudies.StudyNotWired.selector, studies, next));
    }

    /// @dev Longer than the EVM remembers, a draw could never be fixed.
    function test_deploy_revertsOnPeriodsOfADraw() public {
        uint256[2][4] memory bad = [[uint256(0), 1], [uint256(257), 1], [uint256(1), 0], [uint256(1), 367 days]];
        for (uint256 i = 0; i < 4; ++i) {
            (address coin_, address participants_) = _deployWired(UNSTAKE_DELAY);
            address studies_ = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
            address market_ = vm.deployCode("Market.sol:Market", abi.encode(coin_, participants_, consent, studies_, _parameters()));
            _fails("Studies.sol:Studies", abi.encode(market_, forwarder, bad[i][0], bad[i][1]), abi.encodeWithSelector(
                IStudies.StudyTermsInvalid.selector, i < 2 ? bytes32("drawDelay") : bytes32("revealPeriod"), bad[i][i < 2 ? 0 : 1]
            ));
        }
    }

    function test_market_takesNoNativeCoins() public {
        vm.deal(address(this), 2);
        (bool sent,) = address(market).call{value: 1}("");
        Check.yes(!sent, "market");
        (sent,) = address(participants).call{value: 1}("");
        Check.yes(!sent, "registry");
    }
}
