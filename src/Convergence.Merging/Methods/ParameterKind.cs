namespace Convergence.Merging;

/// <summary>What a parameter holds.</summary>
internal enum ParameterKind
{
    Number,
    Flag,
    Word,
}
