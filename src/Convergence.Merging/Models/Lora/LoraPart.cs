namespace Convergence.Merging;

/// <summary>What a tensor of an adapter is.</summary>
internal enum LoraPart
{
    /// <summary>A, [r, inputs].</summary>
    Down,

    /// <summary>B, [outputs, r].</summary>
    Up,

    /// <summary>A of an embedding, [r, tokens].</summary>
    EmbeddingDown,

    /// <summary>B of an embedding, [width, r].</summary>
    EmbeddingUp,

    /// <summary>A tensor that takes the place of the model's (modules_to_save, trained biases).</summary>
    Whole,

    /// <summary>A part that plain LoRA does not have.</summary>
    Unknown,
}
