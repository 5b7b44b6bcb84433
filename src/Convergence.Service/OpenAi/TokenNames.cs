using System.Text;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.Service.OpenAi;

/// <summary>Tokens as answers show them.</summary>
internal sealed class TokenNames(Tokenizer tokenizer)
{
    /// <summary>The bytes that a token adds to a text.</summary>
    public byte[] BytesOf(int token) => tokenizer.TokenBytes(token);

    /// <summary>The text that a token adds; of a special one its name, and bytes that are no whole character as U+FFFD.</summary>
    public string NameOf(int token) =>
        tokenizer.IsSpecial(token) ? tokenizer.TokenText(token) ?? "" : Encoding.UTF8.GetString(BytesOf(token));
}
