namespace Convergence.Tensors.Devices;

/// <summary>How a stored weight matrix is to be read.</summary>
public enum WeightLayout
{
    /// <summary>[outputs, inputs], as torch's Linear stores it.</summary>
    OutputByInput,

    /// <summary>[inputs, outputs], as GPT-2's Conv1D stores it.</summary>
    InputByOutput,
}
