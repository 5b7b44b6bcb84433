using Convergence.Foundation.Text;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>A request that was understood.</summary>
/// <param name="Model">Who answers.</param>
/// <param name="Prompts">What is continued, as token ids.</param>
/// <param name="Settings">How.</param>
/// <param name="Format">How the answer is written.</param>
internal sealed record ApiRequest(ServedModel Model, IReadOnlyList<int[]> Prompts, AnswerSettings Settings, IAnswerFormat Format)
{
    /// <summary>The model that a request names.</summary>
    public static ServedModel ReadModel(RequestObject request, ModelCatalog catalog)
    {
        var name = request.Text("model") ?? throw OpenAiException.Missing("model");
        return Find(catalog, name);
    }

    /// <summary>The model of a name.</summary>
    /// <exception cref="OpenAiException">There is none.</exception>
    public static ServedModel Find(ModelCatalog catalog, string name)
    {
        if (catalog.TryFind(name, out var model))
        {
            return model;
        }

        var names = catalog.Models.Select(known => known.Name).ToList();
        throw OpenAiException.NoSuchModel(name, names, Suggestion.Phrase(name, names));
    }

    /// <summary>Refuses what no endpoint has, and lets pass what changes nothing here.</summary>
    public static void ReadOthers(RequestObject request)
    {
        request.Refuse("store", "nothing is stored.", "false");
        request.Ignore("user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention");
        request.RefuseOthers();
    }
}
