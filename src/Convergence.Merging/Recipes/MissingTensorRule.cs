namespace Convergence.Merging;

/// <summary>What becomes of a tensor that only some of the models have.</summary>
public enum MissingTensorRule
{
    /// <summary>The merge is refused, naming the tensor, who has it and who has not.</summary>
    Refuse,

    /// <summary>
    /// A model is left out of the tensors that it does not have: they are merged from the others, and with the base alone they are the
    /// base's. What mergekit does for tensors that an architecture may lack, such as biases of attention.
    /// </summary>
    Skip,
}
