// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DisputeVerifier} from "../../src/libraries/DisputeVerifier.sol";
import {SeatTree} from "../../src/libraries/SeatTree.sol";
import {Secp256k1} from "../../src/libraries/Secp256k1.sol";

/// @dev Shows the libraries to tests, in batches so that a call checks many cases. Never deployed.
contract VerifierHarness {
    /// @return verdict 0 honest, 1 false, else the first word of the revert's data (its selector)
    function verdicts(uint256 accessId, IMarket.DisputeProof[] calldata proofs) external view returns (bytes32[] memory verdict) {
        verdict = new bytes32[](proofs.length);
        for (uint256 i = 0; i < proofs.length; ++i) {
            try this.isFalseShare(accessId, proofs[i]) returns (bool isFalse) {
                verdict[i] = bytes32(uint256(isFalse ? 1 : 0));
            } catch (bytes memory reason) {
                verdict[i] = bytes32(bytes4(reason));
            }
        }
    }

    function isFalseShare(uint256 accessId, IMarket.DisputeProof calldata proof) external view returns (bool) {
        return DisputeVerifier.isFalseShare(accessId, proof);
    }

    function areUsable(uint256[2][] calldata points) external pure returns (bool[] memory usable) {
        usable = new bool[](points.length);
        for (uint256 i = 0; i < points.length; ++i) usable[i] = Secp256k1.isUsable(points[i][0], points[i][1]);
    }

    function seatRoot(bytes32 nonce, address[] calldata keepers, bytes32[] calldata commitments) external pure returns (bytes32) {
        bytes32[] memory leaves = new bytes32[](keepers.length);
        for (uint256 i = 0; i < keepers.length; ++i) leaves[i] = SeatTree.leaf(nonce, i, keepers[i], commitments[i]);
        return SeatTree.root(leaves);
    }
}
