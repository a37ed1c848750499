// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title As much of secp256k1 (SEC 2 §2.4.1) as a dispute needs.
/// @dev A scalar multiplication costs about a million gas in Solidity. But ecrecover multiplies: it returns the
/// address of r⁻¹(s·R − h·G) for the point R with x-coordinate r. So the caller brings the product along and
/// ecrecover tells whether it is right (Buterin 2018). An address is the last 20 bytes of a point's Keccak-256:
/// passing a wrong point off means a second preimage of 160 bits.
library Secp256k1 {
    /// @dev The field's prime.
    uint256 internal constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;
    /// @dev The group's order, a prime below P.
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    /// @dev Coordinates reduced, y² = x³ + 7. The point at infinity has no coordinates; (0, 0) is not on the curve.
    /// The cofactor is 1: every point on the curve is in the group.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 7, P);
    }

    /// @dev On the curve, and ecrecover can take it: 0 < x < N. Of random points, one in 2^128 has x ≥ N.
    function isUsable(uint256 x, uint256 y) internal pure returns (bool) {
        return x != 0 && x < N && isOnCurve(x, y);
    }

    function toAddress(uint256 x, uint256 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    /// @dev Address of k·Q for a usable Q and k in 0 … N − 1: ecrecover with h = 0, r = Qx, s = k·Qx.
    /// Zero where ecrecover refuses (k = 0); the caller must not take that for an answer.
    function mulAddress(uint256 k, uint256 x, uint256 y) internal pure returns (address) {
        return ecrecover(0, parityV(y), bytes32(x), bytes32(mulmod(k, x, N)));
    }

    /// @dev Address of z·G − c·Q for a usable Q and z, c in 0 … N − 1: h = −z·Qx, r = Qx, s = −c·Qx.
    /// Zero where ecrecover refuses (c = 0, or the result is infinity).
    function mulSubAddress(uint256 z, uint256 c, uint256 x, uint256 y) internal pure returns (address) {
        // unchecked: mulmod is below N. N − 0 = N stands for 0: as hash it is reduced, as s it is refused, as it should be.
        unchecked {
            return ecrecover(bytes32(N - mulmod(z, x, N)), parityV(y), bytes32(x), bytes32(N - mulmod(c, x, N)));
        }
    }

    /// @dev U − V for affine points, with `slopeInverse` = (ux − vx)⁻¹ mod P. False where that is not the inverse,
    /// hence also where ux = vx and the difference would be infinity or need a tangent.
    function sub(uint256 ux, uint256 uy, uint256 vx, uint256 vy, uint256 slopeInverse) internal pure returns (bool ok, uint256 x, uint256 y) {
        // −V = (vx, −vy), so the slope is (uy + vy) / (ux − vx). Inputs are below P: whoever calls has checked.
        // unchecked: P − a for a < P.
        unchecked {
            if (mulmod(addmod(ux, P - vx, P), slopeInverse, P) != 1) return (false, 0, 0);
            uint256 slope = mulmod(addmod(uy, vy, P), slopeInverse, P);
            x = addmod(mulmod(slope, slope, P), addmod(P - ux, P - vx, P), P);
            y = addmod(mulmod(slope, addmod(ux, P - x, P), P), P - uy, P);
            return (true, x, y);
        }
    }

    function parityV(uint256 y) private pure returns (uint8) {
        return uint8(27 + (y & 1));
    }
}
