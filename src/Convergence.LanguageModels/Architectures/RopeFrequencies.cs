namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// The angular frequencies of rotary position embedding (arXiv 2104.09864) and their scalings for longer contexts.
/// </summary>
internal static class RopeFrequencies
{
    private const double DefaultBase = 10_000;

    /// <summary>Reads <c>rope_theta</c> and <c>rope_scaling</c>, or the newer <c>rope_parameters</c>.</summary>
    /// <returns>Radians per position of each of headSize/2 pairs.</returns>
    /// <exception cref="LanguageModelException">The kind of scaling is not default, linear or llama3.</exception>
    public static double[] Read(ConfigReader config, int headSize)
    {
        var parameters = config.Child("rope_parameters");
        var scaling = parameters ?? config.Child("rope_scaling");
        var theta = parameters is not null && parameters.Has("rope_theta")
            ? parameters.Positive("rope_theta")
            : config.Positive("rope_theta", DefaultBase);
        RefusePartialRotation(config);
        var frequencies = new double[headSize / 2];
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            frequencies[pair] = Math.Pow(theta, -2.0 * pair / headSize);
        }

        if (scaling is not null)
        {
            RefusePartialRotation(scaling);
            Scale(frequencies, scaling);
        }

        return frequencies;
    }

    private static void Scale(double[] frequencies, ConfigReader scaling)
    {
        var key = scaling.Has("rope_type") ? "rope_type" : "type";
        switch (scaling.Text(key, "default"))
        {
            case "default":
                break;
            case "linear":
                ScaleLinearly(frequencies, scaling.Positive("factor"));
                break;
            case "llama3":
                ScaleAsLlama3(frequencies, scaling);
                break;
            default:
                throw scaling.Unsupported(key, "Rope scalings that can be run: default, linear, llama3.");
        }
    }

    // Position interpolation (arXiv 2306.15595).
    private static void ScaleLinearly(double[] frequencies, double factor)
    {
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            frequencies[pair] /= factor;
        }
    }

    // Llama 3.1 (arXiv 2407.21783): slow rotations are interpolated, fast ones kept, those between blended.
    private static void ScaleAsLlama3(double[] frequencies, ConfigReader scaling)
    {
        var factor = scaling.Positive("factor");
        var low = scaling.Positive("low_freq_factor");
        var high = scaling.Positive("high_freq_factor");
        var originalContext = scaling.Positive("original_max_position_embeddings");
        if (high <= low)
        {
            throw scaling.Wrong("high_freq_factor", "greater than low_freq_factor");
        }

        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            // How many turns the pair makes over the original context.
            var turns = originalContext * frequencies[pair] / (2 * Math.PI);
            var keep = Math.Clamp((turns - low) / (high - low), 0, 1);
            frequencies[pair] *= keep + ((1 - keep) / factor);
        }
    }

    private static void RefusePartialRotation(ConfigReader config)
    {
        if (config.Has("partial_rotary_factor") && config.Positive("partial_rotary_factor") != 1)
        {
            throw config.Unsupported("partial_rotary_factor", "Only models that rotate whole heads (1.0) can be run.");
        }
    }
}
