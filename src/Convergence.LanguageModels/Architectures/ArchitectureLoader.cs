using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>Chooses the architecture that a <c>config.json</c> names and fills it.</summary>
internal static class ArchitectureLoader
{
    private const string Supported = "Models that can be run: LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, GPT2LMHeadModel.";

    /// <summary>
    /// The extents of a model that could be loaded: its configuration is supported and its tensors are there;
    /// their values are not looked at.
    /// </summary>
    public static ModelShape Examine(ConfigReader config, WeightReader weights)
    {
        var name = Name(config);
        if (name == Gpt2Configuration.ArchitectureName)
        {
            var shape = Gpt2Configuration.Read(config).Shape;
            weights.Check(Gpt2Tensors.For(shape, weights).All());
            return shape;
        }

        var configuration = LlamaConfiguration.Read(config, name);
        weights.Check(new LlamaTensors(configuration).All());
        return configuration.Shape;
    }

    /// <summary>
    /// Loads a model, into the buffers of <paramref name="reuse"/> where both have the same extents: in the place among several models
    /// that <paramref name="weights"/> says. The first of them makes the buffers, the others have its configuration.
    /// </summary>
    /// <returns><paramref name="reuse"/> filled anew, or another architecture; the caller disposes of the one it no longer needs.</returns>
    public static Architecture Load(
        ComputeDevice device, ConfigReader config, WeightReader weights, bool refuseNonFinite, Architecture? reuse)
    {
        var name = Name(config);
        if (name == Gpt2Configuration.ArchitectureName)
        {
            var configuration = Gpt2Configuration.Read(config);
            Check(Gpt2Tensors.For(configuration.Shape, weights).All(), weights, refuseNonFinite);
            var gpt2 = reuse as Gpt2Architecture;
            var target = gpt2 is not null && gpt2.CanTake(configuration.Shape)
                ? gpt2
                : new Gpt2Architecture(device, configuration, weights.MemberCount);
            target.Fill(configuration, weights);
            return target;
        }
        else
        {
            var configuration = LlamaConfiguration.Read(config, name);
            Check(new LlamaTensors(configuration).All(), weights, refuseNonFinite);
            var llama = reuse as LlamaArchitecture;
            var target = llama is not null && llama.CanTake(configuration.Shape)
                ? llama
                : new LlamaArchitecture(device, configuration, weights.MemberCount);
            target.Fill(configuration, weights);
            return target;
        }
    }

    private static void Check(List<ExpectedTensor> expected, WeightReader weights, bool refuseNonFinite)
    {
        weights.Check(expected);
        if (refuseNonFinite)
        {
            weights.CheckFinite(expected);
        }
    }

    private static string Name(ConfigReader config)
    {
        var name = config.FirstArchitecture();
        if (name is not null)
        {
            return name is "LlamaForCausalLM" or "MistralForCausalLM" or "Qwen2ForCausalLM" or Gpt2Configuration.ArchitectureName
                ? name
                : throw config.Unsupported("architectures", Supported);
        }

        return config.Text("model_type", string.Empty) switch
        {
            "llama" => "LlamaForCausalLM",
            "mistral" => "MistralForCausalLM",
            "qwen2" => "Qwen2ForCausalLM",
            "gpt2" => Gpt2Configuration.ArchitectureName,
            _ => throw config.Unsupported(config.Has("model_type") ? "model_type" : "architectures", Supported),
        };
    }
}
