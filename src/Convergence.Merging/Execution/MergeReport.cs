namespace Convergence.Merging;

/// <summary>What a merge did.</summary>
public sealed record MergeReport
{
    public required int TensorCount { get; init; }

    /// <summary>
    /// Those of <see cref="TensorCount"/> that an earlier merge into the same target had left there, so that they were not made again.
    /// </summary>
    public int TensorsKept { get; init; }

    /// <summary>Bytes of the inputs, each counted once.</summary>
    public required long BytesRead { get; init; }

    public required long BytesWritten { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Tensors that slerp interpolated; 0 for other methods.</summary>
    public required int SlerpTensors { get; init; }

    /// <summary>Those of <see cref="SlerpTensors"/> whose directions were so close that the interpolation was linear.</summary>
    public required int LerpFallbacks { get; init; }

    /// <summary>Why the merge has no result, for one of several that were made together; <see langword="null"/> when it has one.</summary>
    public string? Failure { get; init; }

    /// <summary>A sentence about the fall-backs, or <see langword="null"/> when there were none.</summary>
    public string? LerpNote => LerpFallbacks == 0
        ? null
        : FormattableString.Invariant(
            $"slerp fell back to lerp on {100.0 * LerpFallbacks / SlerpTensors:0} % of tensors: their directions nearly agree");
}
