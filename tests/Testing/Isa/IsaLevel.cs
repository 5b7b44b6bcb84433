namespace Convergence.Testing.Isa;

/// <summary>The widest instructions that a child process may use; each level switches the wider ones off.</summary>
public enum IsaLevel
{
    /// <summary>Everything the machine has.</summary>
    Widest,

    /// <summary>No AVX-512: 256-bit vectors with fused multiply-add.</summary>
    Vector256,

    /// <summary>No AVX2 and no fused multiply-add either: 128-bit vectors.</summary>
    Vector128,

    /// <summary>No hardware intrinsics at all: the scalar specification.</summary>
    Scalar,
}
