using Convergence.Tensors.Randomness;

namespace Convergence.LanguageModels.Generation;

/// <summary>Draws that are a function of the seed, the prompt and the position alone, so that batching cannot change them.</summary>
internal static class SamplingRandom
{
    /// <summary>A draw from [0, 1) with 53 bits.</summary>
    public static double Uniform(ulong seed, int prompt, int position)
    {
        var words = Philox.Block(new PhiloxWords((uint)position, (uint)prompt, 0, 0), seed);
        var bits = (((ulong)words.X0 << 32) | words.X1) >> 11;
        return bits * (1.0 / (1UL << 53));
    }
}
