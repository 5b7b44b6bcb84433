namespace Convergence.Merging;

/// <summary>In what two tensors of one name differ besides their values.</summary>
public enum TensorMismatch
{
    None,

    /// <summary>The stored types differ; values are compared all the same where both are floats.</summary>
    DType,

    /// <summary>The shapes differ, so that nothing is compared.</summary>
    Shape,

    /// <summary>Only the first model has it.</summary>
    OnlyInFirst,

    /// <summary>Only the second model has it.</summary>
    OnlyInSecond,
}
