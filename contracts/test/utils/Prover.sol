// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DisputeVerifier} from "../../src/libraries/DisputeVerifier.sol";
import {Secp256k1} from "../../src/libraries/Secp256k1.sol";
import {vm} from "./Vm.sol";

/// @dev Seals shares and proves them false as electron/vault does. A test knows every discrete logarithm, so each
/// point is a multiple of G and the cheatcode that makes key pairs is all the curve arithmetic that it needs.
library Prover {
    struct Point {
        uint256 x;
        uint256 y;
    }

    struct Context {
        address market;
        uint256 accessId;
        uint8 index;
    }

    function mul(uint256 scalar) internal returns (Point memory) {
        uint256 k = scalar % Secp256k1.N;
        require(k != 0, "Prover: infinity");
        return Point(vm.createWallet(k).publicKeyX, vm.createWallet(k).publicKeyY);
    }

    function times(uint256 a, uint256 b) internal pure returns (uint256) {
        return mulmod(a, b, Secp256k1.N);
    }

    function stream(Context memory context, Point memory shared, uint256 counter) internal view returns (bytes32) {
        return keccak256(abi.encode(
            DisputeVerifier.STREAM_DOMAIN, block.chainid, context.market, context.accessId, uint256(context.index), shared.x, shared.y, counter
        ));
    }

    function seal(Context memory context, uint256 p, uint256 e, bytes32 head, bytes1 tail) internal returns (IMarket.ReleasedShare memory) {
        Point memory point = mul(e);
        Point memory shared = mul(times(e, p));
        return IMarket.ReleasedShare(point.x, point.y, head ^ stream(context, shared, 0), tail ^ bytes1(stream(context, shared, 1)));
    }

    /// @dev Fills the fields of `proof` from `px` on that show log_G P = log_E S.
    function prove(Context memory context, IMarket.DisputeProof memory proof, uint256 p, uint256 e, uint256 w) internal {
        Point memory point = mul(p);
        (proof.px, proof.py) = (point.x, point.y);
        point = mul(times(e, p));
        (proof.sx, proof.sy) = (point.x, point.y);
        point = mul(w);
        proof.a1 = Secp256k1.toAddress(point.x, point.y);
        point = mul(times(w, e));
        proof.c = challenge(context, proof, point);
        proof.z = addmod(w, times(proof.c, p), Secp256k1.N);
        point = mul(times(proof.z, e));
        (proof.ux, proof.uy) = (point.x, point.y);
        point = mul(times(times(proof.c, p), e));
        (proof.vx, proof.vy) = (point.x, point.y);
        proof.slopeInverse = inverse(addmod(proof.ux, Secp256k1.P - proof.vx, Secp256k1.P));
    }

    function challenge(Context memory context, IMarket.DisputeProof memory proof, Point memory a2) private view returns (uint256) {
        bytes memory head = abi.encode(DisputeVerifier.DISPUTE_DOMAIN, block.chainid, context.market, context.accessId, uint256(context.index));
        bytes memory points = abi.encode(proof.px, proof.py, proof.share.ex, proof.share.ey, proof.sx, proof.sy, proof.a1, a2.x, a2.y);
        return uint256(keccak256(bytes.concat(head, points))) % Secp256k1.N;
    }

    /// @dev Fermat: a^(P−2).
    function inverse(uint256 a) internal view returns (uint256) {
        (bool ok, bytes memory result) = address(5).staticcall(abi.encode(32, 32, 32, a, Secp256k1.P - 2, Secp256k1.P));
        require(ok, "Prover: modexp");
        return abi.decode(result, (uint256));
    }
}
