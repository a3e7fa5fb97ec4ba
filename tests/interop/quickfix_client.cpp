// A QuickFIX C++ initiator moved by lines on standard input and telling in lines what happens (| stands for SOH):
//   start | cut | stop | send 35=D|55=AAPL|...      and     up | down | out 8=FIX... | in 8=FIX... | failed ...
// Built and used by cpp_client.py; argument: a QuickFIX settings file with one session.
#include <quickfix/Application.h>
#include <quickfix/FileLog.h>
#include <quickfix/FileStore.h>
#include <quickfix/Message.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketInitiator.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

class Client : public FIX::NullApplication {
public:
  FIX::SessionID id;

  void onCreate(const FIX::SessionID &session) override { id = session; }
  void onLogon(const FIX::SessionID &) override { tell("up", ""); }
  void onLogout(const FIX::SessionID &) override { tell("down", ""); }
  void toAdmin(FIX::Message &message, const FIX::SessionID &) override { tell("out", message.toString()); }
  void toApp(FIX::Message &message, const FIX::SessionID &) throw(FIX::DoNotSend) override {
    tell("out", message.toString());
  }
  void fromAdmin(const FIX::Message &message, const FIX::SessionID &) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {
    tell("in", message.toString());
  }
  void fromApp(const FIX::Message &message, const FIX::SessionID &) throw(
      FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    tell("in", message.toString());
  }

  void tell(const std::string &what, std::string text) {
    std::replace(text.begin(), text.end(), '\001', '|');
    std::lock_guard<std::mutex> guard(mutex);
    std::cout << what << (text.empty() ? "" : " ") << text << std::endl;
  }

private:
  std::mutex mutex;
};

static void send(const std::string &text, const FIX::SessionID &id) {
  FIX::Message message;
  std::istringstream fields(text);
  std::string field;
  while (std::getline(fields, field, '|')) {
    const auto equals = field.find('=');
    const int tag = std::stoi(field.substr(0, equals));
    const std::string value = field.substr(equals + 1);
    if (tag == 35)
      message.getHeader().setField(tag, value);
    else
      message.setField(tag, value);
  }
  FIX::Session::sendToTarget(message, id);
}

int main(int, char **arguments) {
  Client client;
  try {
    FIX::SessionSettings settings(arguments[1]);
    FIX::FileStoreFactory stores(settings);
    FIX::FileLogFactory logs(settings);
    std::unique_ptr<FIX::SocketInitiator> initiator;
    std::string line;
    while (std::getline(std::cin, line)) {
      if (line == "start") {
        initiator.reset(new FIX::SocketInitiator(client, stores, settings, logs));
        initiator->start();
      } else if (line == "cut" || line == "stop") {
        initiator->stop(line == "cut");
        initiator.reset();
        client.tell("ended", "");
      } else if (line.rfind("send ", 0) == 0) {
        send(line.substr(5), client.id);
      }
    }
    if (initiator)
      initiator->stop(true);
  } catch (const std::exception &error) {
    client.tell("failed", error.what());
    return 1;
  }
  return 0;
}
