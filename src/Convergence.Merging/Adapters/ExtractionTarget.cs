namespace Convergence.Merging;

/// <summary>A matrix that is extracted.</summary>
/// <param name="Tensor">Its name in the model.</param>
/// <param name="IsEmbedding">Whether its rows are tokens that are looked up, which PEFT names and stores in its own way.</param>
/// <param name="IsStoredByInput">Whether it is stored [inputs, outputs], as GPT-2's are.</param>
internal sealed record ExtractionTarget(string Tensor, bool IsEmbedding, bool IsStoredByInput)
{
    /// <summary>The module that it is the weight of.</summary>
    public string Module => Tensor[..^".weight".Length];

    /// <summary>Whether the product of the factors is added transposed.</summary>
    public bool IsTransposed => IsEmbedding || IsStoredByInput;
}
