using System.Security.Cryptography;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors.Safetensors;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>What must not depend on what happened on the way: fitness bit for bit, and the champion's weights.</summary>
internal sealed record FoundByRun(string Fitness, string Technique, string WeightHash)
{
    public static FoundByRun Of(RunOutcome outcome)
    {
        var fitness = outcome.Summary!.History
            .SelectMany(record => new[] { record.Summary.BestFitness!.Value, record.Summary.MeanFitness!.Value })
            .Append(outcome.Summary.Search.Fitness);
        using var weights = File.OpenRead(Path.Combine(outcome.OutputDirectory!, "model", SafetensorsFormat.SingleFileName));
        return new FoundByRun(
            string.Join(' ', fitness.Select(BitConverter.DoubleToInt64Bits)),
            outcome.Summary.ChampionTechnique,
            Convert.ToHexString(SHA256.HashData(weights)));
    }
}
