using System.Globalization;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>
/// The tokenizer that training programs leave beside an adapter. Mostly it is a copy of the model's;
/// where it gives ids to other tokens, the adapter was trained on other texts than the merged model would read.
/// </summary>
internal static class AdapterTokenizer
{
    /// <exception cref="MergeException">The adapter has a tokenizer whose tokens or ids are not those of the model.</exception>
    public static void RefuseOther(string adapterPath, ModelDirectory model, string modelName)
    {
        var path = Path.Combine(adapterPath, ModelDirectory.TokenizerFileName);
        if (!File.Exists(path) || Vocabulary.Of(model) is not { } theirs)
        {
            return;
        }

        var own = Vocabulary.OfFile(path);
        var difference = own.DifferenceFrom(theirs);
        var tokens = difference.Moved.Concat(difference.OnlyFirst).Concat(difference.OnlySecond).ToList();
        if (tokens.Count > 0)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: differs from the tokenizer of {modelName} in {tokens.Count} tokens, first \"{tokens[0]}\": "
                + $"the adapter was trained with a vocabulary of its own. ")
                + "Merge it into its model with the tool that made it, and name the result; "
                + "or remove the file, if the adapter never saw these tokens.");
        }
    }
}
