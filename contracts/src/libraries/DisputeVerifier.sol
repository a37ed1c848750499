// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../interfaces/IMarket.sol";
import {Secp256k1} from "./Secp256k1.sol";

/// @title Whether a posted release hides a false share.
/// @dev Statement: log_G P = log_E S, with P the access key, E the release's point and S the secret that keeper and
/// grantee share. Proof of Chaum and Pedersen (1992), made non-interactive by hashing the whole statement
/// (Fiat and Shamir; strong form, Bernhard, Pereira, Warinschi 2012):
///   A1 = w·G, A2 = w·E, c = H(…, P, E, S, A1, A2) mod n, z = w + c·p mod n;
///   it holds iff z·G − c·P = A1 and z·E − c·S = A2.
/// The hash takes A1 by its address, since ecrecover tells no more. Sound as long as nobody finds second
/// preimages of 160 bits; it reveals S, and of p nothing.
library DisputeVerifier {
    /// @dev Domains of the two hashes; TypeScript has the same in electron/vault/release.ts and dispute-proof.ts.
    bytes32 internal constant DISPUTE_DOMAIN = keccak256("phdex/v1/dispute");
    bytes32 internal constant STREAM_DOMAIN = keccak256("phdex/v1/release-stream");

    error DisputeSharedPointInvalid(uint256 sx, uint256 sy);
    error DisputeCoordinateTooLarge(uint256 coordinate);
    error DisputeScalarInvalid(uint256 scalar);
    error DisputeResponseInvalid(address a1, address computed);
    error DisputeProductInvalid(address given, address computed);
    error DisputeSlopeInvalid(uint256 slopeInverse);
    error DisputeChallengeInvalid(uint256 given, uint256 computed);

    /// @notice True where the release loses: its point E is unusable, or the share that the proof reveals does not
    /// match the commitment. False where the share is honest. Reverts where the proof does not hold.
    /// @dev Assumes that P was checked to be usable when the access opened, and that the caller has matched P,
    /// release and commitment with what the chain holds.
    function isFalseShare(uint256 accessId, IMarket.DisputeProof calldata proof) internal view returns (bool) {
        // An honest keeper draws e and gets a usable point; one that posts anything else cannot be proved wrong
        // by an equation over the curve, so it is wrong by itself.
        if (!Secp256k1.isUsable(proof.share.ex, proof.share.ey)) return true;
        verify(accessId, proof);
        return commitmentOf(accessId, proof) != proof.commitment;
    }

    /// @notice Reverts unless the proof shows that log_G P = log_E S.
    function verify(uint256 accessId, IMarket.DisputeProof calldata proof) internal view {
        // The whole point counts: ecrecover reads only the parity of y, while the stream hashes all of it. Without
        // this check another y of the same parity would make an honest share look false.
        if (!Secp256k1.isUsable(proof.sx, proof.sy)) revert DisputeSharedPointInvalid(proof.sx, proof.sy);
        // Zero makes ecrecover answer zero, which must not count as agreement; above the order, a second encoding.
        if (proof.c == 0 || proof.c >= Secp256k1.N) revert DisputeScalarInvalid(proof.c);
        if (proof.z == 0 || proof.z >= Secp256k1.N) revert DisputeScalarInvalid(proof.z);
        if (proof.ux >= Secp256k1.P) revert DisputeCoordinateTooLarge(proof.ux);
        if (proof.uy >= Secp256k1.P) revert DisputeCoordinateTooLarge(proof.uy);
        if (proof.vx >= Secp256k1.P) revert DisputeCoordinateTooLarge(proof.vx);
        if (proof.vy >= Secp256k1.P) revert DisputeCoordinateTooLarge(proof.vy);

        (bool ok, uint256 a2x, uint256 a2y) = Secp256k1.sub(proof.ux, proof.uy, proof.vx, proof.vy, proof.slopeInverse);
        if (!ok) revert DisputeSlopeInvalid(proof.slopeInverse);
        uint256 c = challenge(accessId, proof, a2x, a2y);
        if (c != proof.c) revert DisputeChallengeInvalid(proof.c, c);

        // A zero address never matches below: a1 = 0 is refused, and a point never hashes to zero.
        address a1 = Secp256k1.mulSubAddress(proof.z, proof.c, proof.px, proof.py);
        if (a1 == address(0) || a1 != proof.a1) revert DisputeResponseInvalid(proof.a1, a1);
        checkProduct(Secp256k1.mulAddress(proof.z, proof.share.ex, proof.share.ey), proof.ux, proof.uy);
        checkProduct(Secp256k1.mulAddress(proof.c, proof.sx, proof.sy), proof.vx, proof.vy);
    }

    /// @notice c = Keccak-256 over the whole statement and both commitments of the prover, modulo n.
    /// @dev The reduction's bias is below 2^-127.
    function challenge(uint256 accessId, IMarket.DisputeProof calldata proof, uint256 a2x, uint256 a2y) internal view returns (uint256) {
        bytes memory statement = abi.encode(
            DISPUTE_DOMAIN, block.chainid, address(this), accessId, uint256(proof.index),
            proof.px, proof.py, proof.share.ex, proof.share.ey, proof.sx, proof.sy, proof.a1, a2x, a2y
        );
        return uint256(keccak256(statement)) % Secp256k1.N;
    }

    /// @notice Decrypts the release with S and hashes the share as its commitment did.
    function commitmentOf(uint256 accessId, IMarket.DisputeProof calldata proof) internal view returns (bytes32) {
        bytes32 head = proof.share.ctHead ^ streamBlock(accessId, proof, 0);
        bytes1 tail = proof.share.ctTail ^ bytes1(streamBlock(accessId, proof, 1));
        return keccak256(abi.encodePacked(proof.nonce, proof.index, head, tail));
    }

    /// @notice Block `counter` of the key stream: 32 bytes each; a share takes all of the first and one of the second.
    function streamBlock(uint256 accessId, IMarket.DisputeProof calldata proof, uint256 counter) internal view returns (bytes32) {
        return keccak256(
            abi.encode(STREAM_DOMAIN, block.chainid, address(this), accessId, uint256(proof.index), proof.sx, proof.sy, counter)
        );
    }

    function checkProduct(address computed, uint256 x, uint256 y) private pure {
        address given = Secp256k1.toAddress(x, y);
        if (computed == address(0) || computed != given) revert DisputeProductInvalid(given, computed);
    }
}
