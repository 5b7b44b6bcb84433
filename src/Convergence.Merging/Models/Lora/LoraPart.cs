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

    /// <summary>What the model had in the place of such a tensor before it was trained; stored by chance and without effect.</summary>
    Original,

    /// <summary>A part that plain LoRA does not have.</summary>
    Unknown,
}
