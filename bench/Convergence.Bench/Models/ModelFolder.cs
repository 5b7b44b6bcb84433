using System.Globalization;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Bench.Models;

/// <summary>
/// A folder with a random base in bfloat16 and specialists around it, as Hugging Face directories:
/// <c>base</c>, <c>specialist-1</c> and so on.
/// </summary>
internal static class ModelFolder
{
    public static void Write(string folder, LlamaShape shape, int specialistCount)
    {
        using var baseWeights = shape.RandomWeights(1, DType.BF16, 0.03);
        WriteModel(Path.Combine(folder, "base"), shape, baseWeights);
        for (var index = 1; index <= specialistCount; index++)
        {
            using var weights = shape.RandomWeights(1 + (ulong)index, DType.BF16, 0.003, baseWeights);
            WriteModel(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"specialist-{index}")), shape, weights);
        }
    }

    private static void WriteModel(string directory, LlamaShape shape, TensorSet weights)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), shape.Config("bfloat16").ToJsonString());
        SafetensorsWriter.Write(Path.Combine(directory, "model.safetensors"), weights);
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json", "generation_config.json"])
        {
            File.Copy(Path.Combine(RepositoryRoot.Path, "models", "base", file), Path.Combine(directory, file));
        }
    }
}
