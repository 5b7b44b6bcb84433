namespace Convergence.Tensors.Devices;

/// <summary>The two forms of the Gaussian error linear unit (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
public enum GeluForm
{
    /// <summary>x/2 (1 + erf(x / sqrt 2)).</summary>
    Exact,

    /// <summary>x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): GPT-2's <c>gelu_new</c>.</summary>
    Tanh,
}
